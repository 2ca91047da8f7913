/** Keys that work wherever one does not type. */

import { openDialog } from "./dialog.js";
import { el, isTyping } from "./dom.js";

/**
 * @typedef {object} Deeds
 * @property {(digit: string) => boolean} answer
 * @property {() => void} write
 * @property {() => boolean} leave  close what is open; whether anything was
 * @property {(by: number) => void} move
 * @property {() => boolean} step  to the newest step; whether there is one
 */

const HELP = [
  ["1 – 9", "Answer the newest step of the open thread"],
  ["s", "To the newest step, where it is out of sight"],
  ["/", "Begin a command, or go on writing"],
  ["Enter", "Send; Shift + Enter begins a new line"],
  ["↑ ↓, Tab", "Choose and take a suggestion for /flow"],
  ["j, k", "To the next message, to the one before"],
  ["Esc", "Close the menu, dialog or thread; leave the message box"],
  ["?", "Show these keys"],
];

/** @param {Deeds} deeds @param {AbortSignal} signal  ends it */
export function listenForKeys(deeds, signal) {
  document.addEventListener("keydown", (event) => onKey(event, deeds), { signal });
}

/** @param {KeyboardEvent} event @param {Deeds} deeds */
function onKey(event, deeds) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return escape(event, deeds);
  if (isTyping() || event.repeat) return;
  if (!pressed(event.key, deeds)) return;
  event.preventDefault();
}

/** @param {KeyboardEvent} event @param {Deeds} deeds */
function escape(event, deeds) {
  if (isTyping() && document.activeElement instanceof HTMLElement) document.activeElement.blur();
  else if (!deeds.leave()) return;
  event.preventDefault();
}

/** @param {string} key @param {Deeds} deeds @returns {boolean} whether the key was one of ours */
function pressed(key, deeds) {
  if (/^[1-9]$/.test(key)) return deeds.answer(key);
  if (key === "s") return deeds.step();
  if (key === "/") deeds.write();
  else if (key === "?") showKeys();
  else if (key === "j" || key === "k") deeds.move(key === "j" ? 1 : -1);
  else return false;
  return true;
}

/** The help. */
export function showKeys() {
  const rows = HELP.map(([key, what]) =>
    el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)),
  );
  openDialog("Keys", [el("dl", { class: "keys" }, ...rows)]);
}
