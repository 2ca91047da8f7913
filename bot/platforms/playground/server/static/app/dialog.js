/** A dialog: opened over the page, closed by Escape or its button; the focus goes back where it was. */

import { el, iconButton } from "./dom.js";

let count = 0;

/**
 * @param {string} title
 * @param {(Node | string)[]} children
 * @param {{closed?: () => void, wide?: boolean}} [options]
 */
export function openDialog(title, children, { closed, wide } = {}) {
  const id = `dialog-${++count}`;
  const heading = el("h2", { id, tabindex: -1 }, title);
  const close = iconButton("close", "Close", { onclick: () => dialog.close() });
  const dialog = el(
    "dialog",
    { "aria-labelledby": id, class: wide ? "wide" : null },
    el("header", {}, heading, close),
    ...children,
  );
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed?.();
    // Whatever had the focus may have been replaced meanwhile.
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  });
  // Keys in a dialog are the dialog's own.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  document.body.append(dialog);
  dialog.showModal();
  heading.focus();
  return dialog;
}

/** Ask before something that cannot be undone. @param {string} title @param {string} words @param {string} yes @returns {Promise<boolean>} */
export function confirm(title, words, yes) {
  return new Promise((resolve) => {
    let answer = false;
    const go = (/** @type {boolean} */ said) => {
      answer = said;
      dialog.close();
    };
    const buttons = el(
      "footer",
      {},
      el("button", { type: "button", class: "quiet", onclick: () => go(false) }, "Keep it"),
      el("button", { type: "button", class: "danger", onclick: () => go(true) }, yes),
    );
    const dialog = openDialog(title, [el("p", {}, words), buttons], {
      closed: () => resolve(answer),
    });
  });
}
