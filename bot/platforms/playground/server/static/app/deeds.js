/** What buttons in messages do: they say which deed by `data-do`, this does it. */

/** @import {App} from "./app.js" */

import { sentence } from "./api.js";
import { menus } from "./blocks.js";
import { copy, save, toClipboard } from "./code.js";
import { confirm } from "./dialog.js";
import { openMenu } from "./menu.js";
import { REACTIONS } from "./reactions.js";
import { announce } from "./announce.js";

/** @typedef {{app: App, button: HTMLElement, message: string}} Deed */

/** @type {Record<string, (deed: Deed) => void>} */
const DEEDS = {
  press: ({ app, button, message }) => app.press(message, button.dataset.action ?? "", button),
  menu: ({ app, button, message }) => pressFromMenu(app, button, message),
  copy: ({ button }) => void copy(button),
  save: ({ button }) => save(button),
  unfold: ({ button }) => unfold(button),
  jump: ({ app, button }) => app.jump(button.dataset.to ?? ""),
  thread: ({ app, message }) => app.openThread(message),
  react: ({ app, button, message }) => void react(app, message, button.dataset.reaction ?? ""),
  dismiss: ({ app, message }) => void dismiss(app, message),
  tools: ({ app, button, message }) => openTools(app, button, message),
};

/** @param {App} app @param {AbortSignal} signal  ends it */
export function listenForDeeds(app, signal) {
  document.addEventListener("click", (event) => onClick(app, event), { signal });
}

/** @param {App} app @param {MouseEvent} event */
function onClick(app, event) {
  const button = event.target instanceof Element ? event.target.closest("[data-do]") : null;
  if (!(button instanceof HTMLElement)) return;
  // The second half of a double click may fall on what the first half brought up.
  if (event.detail > 1 && button.dataset.do === "press") return;
  const holder = button.closest("[data-message]");
  const message = holder instanceof HTMLElement ? (holder.dataset.message ?? "") : "";
  DEEDS[button.dataset.do ?? ""]?.({ app, button, message });
}

/** @param {App} app @param {HTMLElement} button @param {string} message */
function pressFromMenu(app, button, message) {
  const entries = (menus.get(button) ?? []).map((option) => ({
    label: option.label,
    badge: option.badge,
    action: option.action,
    pick: () => app.press(message, option.action, button),
  }));
  openMenu(button, entries, button.textContent ?? "Menu");
}

/** @param {HTMLElement} button */
function unfold(button) {
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.previousElementSibling?.classList.toggle("folded", isOpen);
  button.setAttribute("aria-expanded", String(!isOpen));
  button.textContent = isOpen ? "Show all of it" : "Show less";
}

/** @param {App} app @param {string} id @param {string} name */
async function react(app, id, name) {
  const { world } = app;
  const isMine = world.message(id)?.reactions[name]?.includes(world.me.id) ?? false;
  await attempt(app, async () => {
    const changed = await world.api.react(id, name, !isMine);
    if (changed) world.take(changed);
  });
}

/** @param {App} app @param {string} id */
async function dismiss(app, id) {
  await attempt(app, async () => {
    await app.world.api.dismiss(id);
    app.world.drop(id);
    announce("Dismissed");
  });
}

/** @param {App} app @param {string} id */
async function remove(app, id) {
  if (
    !(await confirm(
      "Delete this message?",
      "What hangs under it goes as well, and a note that was made of it leaves the ticket.",
      "Delete",
    ))
  )
    return;
  await attempt(app, async () => {
    const changed = await app.world.api.remove(id);
    if (changed) app.world.take(changed);
  });
}

/** @param {App} app @param {() => Promise<void>} deed */
async function attempt(app, deed) {
  try {
    await deed();
  } catch (error) {
    app.talk.fail(sentence(error));
  }
}

/** @param {App} app @param {HTMLElement} anchor @param {string} id */
function openTools(app, anchor, id) {
  const message = app.world.message(id);
  if (!message || message.deleted) return;
  const talk = app.talkOf(anchor);
  const isMine = message.author === app.world.me.id;
  const reactions = Object.entries(REACTIONS).flatMap(([name, { offer, icon }]) => {
    if (!offer) return [];
    const isOn = message.reactions[name]?.includes(app.world.me.id) ?? false;
    return [
      { label: isOn ? `Take back “${offer}”` : offer, icon, pick: () => void react(app, id, name) },
    ];
  });
  /** @type {(import("./menu.js").Entry | false)[]} */
  const entries = [
    app.canThread(message) && {
      label: "Reply in a thread",
      icon: "thread",
      pick: () => app.openThread(id),
    },
    { label: "Quote", icon: "quote", pick: () => talk.composer.quote(message) },
    {
      label: "Copy the text",
      icon: "copy",
      pick: () =>
        void toClipboard(message.text).then((done) => announce(done ? "Copied" : "Not copied")),
    },
    ...reactions,
    {
      label: "Add as note",
      icon: "note",
      pick: () => void app.presses.point(id, "note", anchor),
    },
    {
      label: "Start a flow from this",
      icon: "path",
      pick: () => void app.presses.point(id, "start", anchor),
    },
    isMine && { label: "Edit", icon: "edit", pick: () => talk.composer.edit(message) },
    (isMine || app.world.isBot(message.author)) && {
      label: "Delete…",
      icon: "bin",
      danger: true,
      pick: () => void remove(app, id),
    },
  ];
  openMenu(
    anchor,
    entries.filter((entry) => entry !== false),
    "Message",
  );
}
