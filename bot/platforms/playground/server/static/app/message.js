/**
 * One message as an element. It is made of parts; when the message changes, only parts that differ
 * are made anew, so that focus, selection and what is open stay where they are.
 */

/** @import {Block, FileInfo, Message, User} from "./types.js" */
/** @import {World} from "./world.js" */

import { asideRow, blockElement, isAside, isFramed, isStep, question } from "./blocks.js";
import { el, icon, iconButton } from "./dom.js";
import { written } from "./prose.js";
import { reactionRow } from "./reactions.js";
import { clock, timeElement } from "./times.js";

const LONG = 1_500; // characters after which what a person wrote is folded
const LONG_LINES = 24;
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** @typedef {{key: string, from: unknown, make: () => Node}} Part */
/** @typedef {{world: World, inThread: boolean}} Setting */
/** @typedef {{element: HTMLElement, parts: {key: string, from: string, node: Node}[]}} Shown */

/** @param {Message} message @param {Setting} setting @returns {Shown} */
export function showMessage(message, setting) {
  const element = el("article", { class: "message", tabindex: -1 });
  const shown = { element, parts: [] };
  updateMessage(shown, message, setting);
  return shown;
}

/** @param {Shown} shown @param {Message} message @param {Setting} setting */
export function updateMessage(shown, message, setting) {
  const { element } = shown;
  const { world } = setting;
  element.dataset.message = message.id;
  element.setAttribute("aria-label", `${world.name(message.author)}, ${clock(message.at)}`);
  element.classList.toggle("bot", world.isBot(message.author));
  element.classList.toggle("mine", message.author === world.me.id);
  element.classList.toggle("whisper", message.audience !== null);
  element.classList.toggle("alone", isAlone(message, world));
  element.classList.toggle("framed", isFramed(message.blocks));
  element.classList.toggle("step", isStep(message.blocks));
  element.classList.toggle("pending", message.pending === true);
  patch(shown, [...parts(message, setting)]);
}

/** @param {Shown} shown @param {Part[]} wanted */
function patch(shown, wanted) {
  const old = new Map(shown.parts.map((part) => [part.key, part]));
  shown.parts = wanted.map(({ key, from, make }) => {
    const text = JSON.stringify(from) ?? "";
    const known = old.get(key);
    if (known?.from === text) return known;
    return { key, from: text, node: make() };
  });
  const keep = new Set(shown.parts.map((part) => part.node));
  for (const part of old.values()) if (!keep.has(part.node)) shown.element.removeChild(part.node);
  let after = shown.element.firstChild;
  for (const { node } of shown.parts) {
    if (node === after) after = after.nextSibling;
    else shown.element.insertBefore(node, after);
  }
}

/** @param {Message} message @param {Setting} setting @returns {Generator<Part>} */
function* parts(message, { world, inThread }) {
  const { id } = message;
  yield {
    key: "head",
    from: [message.author, message.at],
    make: () => head(message, world),
  };
  if (message.deleted) {
    yield {
      key: "gone",
      from: 1,
      make: () => el("p", { class: "gone" }, "This message was deleted."),
    };
    return;
  }
  if (message.audience !== null)
    yield { key: "private", from: 1, make: () => privately(isAlone(message, world)) };
  if (message.quote)
    yield { key: "quote", from: message.quote, make: () => quote(String(message.quote), world) };
  yield* blockParts(message.blocks);
  if (!message.blocks.length && message.text)
    yield { key: "text", from: message.text, make: () => text(message.text) };
  if (message.edited)
    yield { key: "edited", from: 1, make: () => el("p", { class: "edited" }, "edited") };
  if (message.files.length)
    yield { key: "files", from: message.files, make: () => files(message.files, world) };
  const reacted = Object.values(message.reactions).some((by) => by.length);
  if (reacted)
    yield { key: "reactions", from: message.reactions, make: () => reactionRow(message, world) };
  if (message.pending) {
    yield { key: "sending", from: 1, make: () => el("p", { class: "sending" }, "Sending…") };
    return;
  }
  if (!inThread && message.replies) {
    yield {
      key: "thread",
      from: [message.replies, message.last_reply],
      make: () => threadLine(message),
    };
  }
  if (message.audience === null)
    yield { key: "tools", from: id, make: () => tools(message, world) };
}

/** A part a block; what can be done besides makes one row. @param {Block[]} blocks @returns {Generator<Part>} */
function* blockParts(blocks) {
  const asks = question(blocks);
  for (let at = 0; at < blocks.length; at++) {
    const block = blocks[at];
    const from = at;
    while (isAside(block) && at + 1 < blocks.length && isAside(blocks[at + 1])) at++;
    const row = blocks.slice(from, at + 1);
    const make = row.length > 1 ? () => asideRow(row) : () => blockElement(block, block === asks);
    yield { key: `block ${from}`, from: [row, block === asks], make };
  }
}

/** @param {Message} message @param {World} world */
function head(message, world) {
  const author = world.users.get(message.author);
  return el(
    "header",
    {},
    avatar(author, message.author),
    el("span", { class: "author" }, world.name(message.author)),
    timeElement(message.at, "clock"),
  );
}

/** @param {User | undefined} user @param {string} id */
export function avatar(user, id) {
  if (!user || user.bot)
    return el("span", { class: "avatar bot", "aria-hidden": "true" }, icon("path"));
  return el(
    "span",
    { class: "avatar", "data-person": id, "aria-hidden": "true" },
    user.name.slice(0, 1),
  );
}

/** Whether nobody else is there anyway. @param {Message} message @param {World} world */
function isAlone(message, world) {
  return world.channel(message.channel)?.direct ?? false;
}

/** @param {boolean} alone */
function privately(alone) {
  const dismiss = el("button", { type: "button", class: "small", "data-do": "dismiss" }, "Dismiss");
  const words = [icon("lock"), el("span", {}, "Only you can see this")];
  return el("p", { class: "private" }, alone ? [] : words, dismiss);
}

/** @param {string} id @param {World} world */
function quote(id, world) {
  const quoted = world.message(id);
  const said =
    quoted && !quoted.deleted
      ? quoted.text.replace(/\s+/g, " ").slice(0, 160)
      : "an earlier message";
  const by = quoted ? `${world.name(quoted.author)}: ` : "";
  return el(
    "blockquote",
    { class: "quote" },
    el(
      "button",
      { type: "button", "data-do": "jump", "data-to": id },
      icon("quote"),
      el("span", {}, by + said),
    ),
  );
}

/** What a person wrote; a long paste is folded, whole beneath. @param {string} said */
function text(said) {
  const isLong = said.length > LONG || said.split("\n", LONG_LINES + 1).length > LONG_LINES;
  const body = el("div", { class: isLong ? "said folded" : "said" }, written(said));
  if (!isLong) return body;
  const toggle = el(
    "button",
    { type: "button", class: "small", "data-do": "unfold", "aria-expanded": "false" },
    "Show all of it",
  );
  return el("div", {}, body, toggle);
}

/** @param {FileInfo[]} list @param {World} world */
function files(list, world) {
  return el(
    "ul",
    { class: "files", "aria-label": "Files" },
    ...list.map((file) => el("li", {}, fileLink(file, world))),
  );
}

/** @param {FileInfo} file @param {World} world */
function fileLink(file, world) {
  const address = world.api.fileAddress(file.id);
  const about = el(
    "span",
    { class: "about" },
    el("span", { class: "name" }, file.name),
    el("span", { class: "size" }, bytes(file.size)),
  );
  const isPicture = PICTURES.has(file.media_type);
  const picture = isPicture ? el("img", { src: address, alt: "", loading: "lazy" }) : icon("file");
  const link = el(
    "a",
    {
      class: isPicture ? "file picture" : "file",
      href: address,
      target: "_blank",
      rel: "noopener",
      download: isPicture ? null : file.name,
    },
    picture,
    about,
  );
  // What only calls itself a picture is a file like any other.
  picture.addEventListener("error", () => {
    picture.replaceWith(icon("file"));
    link.classList.remove("picture");
  });
  return link;
}

/** @param {number} size */
export function bytes(size) {
  if (size < 1024) return `${size} bytes`;
  const isKilo = size < 1024 ** 2;
  return `${(size / (isKilo ? 1024 : 1024 ** 2)).toFixed(1)} ${isKilo ? "KB" : "MB"}`;
}

/** @param {Message} message */
function threadLine(message) {
  const count = message.replies === 1 ? "1 reply" : `${message.replies} replies`;
  const last = message.last_reply ? [", last ", timeElement(message.last_reply)] : [];
  return el(
    "button",
    { type: "button", class: "thread-line", "data-do": "thread" },
    icon("thread"),
    el("span", {}, count, ...last),
  );
}

/** @param {Message} message @param {World} world */
function tools(message, world) {
  const label = `What to do with the message of ${world.name(message.author)}, ${clock(message.at)}`;
  return iconButton("more", label, {
    class: "icon-button tools",
    "data-do": "tools",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    title: "React, quote and more",
  });
}
