/** Building elements. What is text stays text: nothing here takes HTML. */

import { ICONS } from "./icons.js";

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, unknown>} Props */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. Properties that are null, undefined or false are left out, true becomes "", functions
 * under "on…" listen.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const name in props) {
    const value = props[name];
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") {
      made.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) if (child || child === "") made.append(child);
  return made;
}

/**
 * A picture beside words; whoever cannot see it misses nothing.
 * @param {keyof typeof ICONS} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Words for screen readers alone. @param {string} text */
export function unseen(text) {
  return el("span", { class: "unseen" }, text);
}

/**
 * A button with a picture only; `label` is what it is called.
 * @param {keyof typeof ICONS} name
 * @param {string} label
 * @param {Props} [props]
 */
export function iconButton(name, label, props = {}) {
  return el(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, ...props },
    icon(name),
  );
}

/**
 * The element that the page has for certain.
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement}
 */
export function the(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** Whether keys typed now are text. */
export function isTyping() {
  const active = document.activeElement;
  return (
    active instanceof HTMLElement && active.matches("input, textarea, select, [contenteditable]")
  );
}

/** Whether only one pane fits on the screen. */
export function isNarrow() {
  return matchMedia("(max-width: 52rem)").matches;
}
