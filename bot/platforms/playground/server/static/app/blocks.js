/** The blocks of a bot's message as elements. Buttons carry what they do as data; deeds.js does it. */

/** @import {ActionsBlock, Block, Button, FactsBlock, LineBlock, NoticeBlock, Parts, SelectBlock} from "./types.js" */

import { codeFigure, documentFigure } from "./code.js";
import { el, icon, unseen } from "./dom.js";
import { prose } from "./prose.js";
import { timeElement } from "./times.js";

/** How large a question is set, by its length in characters: long ones read better in the ordinary size. */
const LARGE = 80;
const MIDDLE = 240;
const MANY = 8; // facts that are set smaller, to be seen in one look
const PLAIN = new Set(["line", "markdown"]);
/** A notice that says itself how loud it is. */
const WORD = /^[\W_]*(attention|careful|caution|danger|important|note|warning)\b/i;

/** What is pressed in a menu, by its control. @type {WeakMap<Element, Button[]>} */
export const menus = new WeakMap();

/** @param {Block} block @param {boolean} isQuestion @returns {HTMLElement} */
export function blockElement(block, isQuestion = false) {
  switch (block.type) {
    case "heading":
      return el("h3", { class: "heading" }, block.text);
    case "markdown":
      return el(
        "div",
        { class: isQuestion ? `prose question ${size(block.text)}` : "prose" },
        prose(block.text),
      );
    case "line":
      return line(block);
    case "code":
      return codeFigure(block.text, block);
    case "facts":
      return facts(block);
    case "notice":
      return notice(block);
    case "actions":
      return actions(block);
    case "select":
      return select(block);
    case "document":
      return documentFigure(block);
  }
}

/** Whether the block only offers what can be done besides. @param {Block} block */
export function isAside(block) {
  if (block.type === "actions")
    return block.buttons.every((button) => button.style !== "main" && !hasDigit(button));
  return block.type === "select" && block.options.every((option) => option.style !== "main");
}

/** What can be done besides, in one row. @param {Block[]} blocks */
export function asideRow(blocks) {
  const buttons = blocks.flatMap((block) => [...blockElement(block).children]);
  return el(
    "div",
    { class: "actions asides", role: "group", "aria-label": LABELS.asides },
    ...buttons,
  );
}

/** Whether the message asks for an answer that can be given by a number. @param {Block[]} blocks */
export function isStep(blocks) {
  return blocks.some((block) => block.type === "actions" && block.buttons.some(hasDigit));
}

/** The block that asks: the last prose before the answers. @param {Block[]} blocks */
export function question(blocks) {
  if (!isStep(blocks)) return undefined;
  const answers = blocks.findIndex(
    (block) => block.type === "actions" && block.buttons.some(hasDigit),
  );
  return blocks.slice(0, answers).findLast((block) => block.type === "markdown");
}

/** Whether the blocks make a card, or are just said. @param {Block[]} blocks */
export function isFramed(blocks) {
  return blocks.some((block) => !PLAIN.has(block.type));
}

/** @param {Button} button */
function hasDigit(button) {
  return /^\d{1,2}$/.test(button.key);
}

/** @param {string} text */
function size(text) {
  if (text.length <= LARGE) return "large";
  return text.length <= MIDDLE ? "middle" : "long";
}

/** @param {Parts} said @returns {(Node | string)[]} */
function parts(said) {
  return said.map((part) => (typeof part === "string" ? part : timeElement(part.time)));
}

/** @param {LineBlock} block */
function line(block) {
  const made = el("p", { class: "line" });
  if (block.struck) made.append(el("s", {}, ...parts(block.parts)));
  else made.append(...parts(block.parts));
  return made;
}

/** @param {FactsBlock} block */
function facts(block) {
  return el(
    "dl",
    { class: block.pairs.length > MANY ? "facts many" : "facts" },
    ...block.pairs.map(([name, value]) =>
      el("div", {}, el("dt", {}, name), el("dd", {}, ...parts(value))),
    ),
  );
}

/** Loud without colour too: by its picture, and by a word for who cannot see it. @param {NoticeBlock} block */
function notice(block) {
  const isWarning = block.weight === "warning";
  return el(
    "div",
    { class: `notice ${block.weight}`, role: "note" },
    icon(isWarning ? "warning" : "info"),
    el(
      "div",
      {},
      !WORD.test(block.text) && unseen(isWarning ? "Warning: " : "Note: "),
      prose(block.text),
    ),
  );
}

/** @param {ActionsBlock} block */
function actions(block) {
  const isMain = block.buttons.some((button) => button.style === "main");
  const kind = block.buttons.some(hasDigit) ? "answers" : isMain ? "main" : "asides";
  return el(
    "div",
    { class: `actions ${kind}`, role: "group", "aria-label": LABELS[kind] },
    ...block.buttons.map(pressable),
  );
}

const LABELS = { answers: "Answers", main: "What to do", asides: "Also" };

/** @param {Button} button */
function pressable(button) {
  const isDigit = /^\d{1,2}$/.test(button.key);
  return el(
    "button",
    {
      type: "button",
      class: `press ${button.style}`,
      "data-do": "press",
      "data-action": button.action,
      "data-key": button.key || null,
      "aria-keyshortcuts": /^\d$/.test(button.key) ? button.key : null,
      title: button.key && !isDigit ? `Or type: ${button.key}` : null,
    },
    isDigit && el("kbd", { "aria-hidden": "true" }, button.key),
    el("span", { class: "label" }, button.label),
    button.badge && el("span", { class: "badge" }, button.badge),
  );
}

/** A menu whose entries are pressed like buttons. @param {SelectBlock} block */
function select(block) {
  const isMain = block.options.some((option) => option.style === "main");
  const opener = el(
    "button",
    {
      type: "button",
      class: `press ${isMain ? "main" : "aside"} opens`,
      "data-do": "menu",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    },
    el("span", { class: "label" }, block.label),
    icon("chevron"),
  );
  menus.set(opener, block.options);
  return el("div", { class: `actions ${isMain ? "main" : "asides"}` }, opener);
}
