/** Text to take away: code with a Copy button, and whole documents to copy or save. */

/** @import {DocumentBlock} from "./types.js" */

import { announce } from "./announce.js";
import { el, icon } from "./dom.js";
import { prose } from "./prose.js";

/** What the buttons copy: kept beside the elements, so that it is exactly what was sent. @type {WeakMap<Element, string>} */
const texts = new WeakMap();

/**
 * Code as it is, with a button that copies it.
 * @param {string} text
 * @param {{language?: string, caption?: string}} [about]
 */
export function codeFigure(text, { language = "", caption = "" } = {}) {
  const name = caption || language || "Code";
  const copy = el(
    "button",
    { type: "button", class: "small", "data-do": "copy" },
    icon("copy"),
    "Copy",
  );
  texts.set(copy, text);
  return el(
    "figure",
    { class: caption || language ? "code" : "code nameless" },
    el(
      "figcaption",
      {},
      el("span", { class: "caption" }, caption),
      el("span", { class: "language" }, caption ? "" : language),
      copy,
    ),
    el("pre", { tabindex: 0, role: "region", "aria-label": name }, el("code", {}, text)),
  );
}

/** A document: how it reads, how it is written, Copy and Save. @param {DocumentBlock} block */
export function documentFigure(block) {
  const body = el(
    "div",
    { class: "paper", tabindex: 0, role: "region", "aria-label": block.name },
    prose(block.text),
  );
  const toggle = el(
    "button",
    { type: "button", class: "small", "aria-pressed": "false" },
    "Markdown",
  );
  toggle.addEventListener("click", () => {
    const raw = toggle.getAttribute("aria-pressed") !== "true";
    toggle.setAttribute("aria-pressed", String(raw));
    body.replaceChildren(raw ? el("pre", {}, block.text) : prose(block.text));
  });
  const copy = el(
    "button",
    { type: "button", class: "small", "data-do": "copy" },
    icon("copy"),
    "Copy",
  );
  const save = el(
    "button",
    {
      type: "button",
      class: "small",
      "data-do": "save",
      "data-name": block.name,
      title: "Save as file",
    },
    icon("save"),
    "Save",
  );
  texts.set(copy, block.text);
  texts.set(save, block.text);
  const name = el("span", { class: "caption" }, icon("file"), block.name);
  return el("figure", { class: "document" }, el("figcaption", {}, name, toggle, copy, save), body);
}

/** Copy what the button stands for, and say so on it. @param {HTMLElement} button */
export async function copy(button) {
  const done = await toClipboard(texts.get(button) ?? "");
  const words = button.lastChild;
  if (!words) return;
  words.textContent = done ? "Copied" : "Select and copy by hand";
  announce(words.textContent);
  setTimeout(() => (words.textContent = "Copy"), 2_000);
}

/** Save what the button stands for. @param {HTMLElement} button */
export function save(button) {
  const blob = new Blob([texts.get(button) ?? ""], { type: "text/plain;charset=utf-8" });
  const link = el("a", {
    href: URL.createObjectURL(blob),
    download: button.dataset.name ?? "note.md",
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @param {string} text @returns {Promise<boolean>} whether it worked */
export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return throughSelection(text);
  }
}

/** Without https the browser has no clipboard for pages; selecting works. @param {string} text */
function throughSelection(text) {
  const before = document.activeElement;
  const area = el("textarea", { class: "unseen", readonly: true });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
