/** Saying something to screen readers that is on screen anyway. */

import { the } from "./dom.js";

let odd = false;

/** @param {string} text */
export function announce(text) {
  odd = !odd;
  // The same words twice are a change only if something differs.
  the("#announcer").textContent = odd ? text : `${text}\u00a0`;
}
