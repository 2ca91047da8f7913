/** Light, dark, or as the system is; early.js shows what was last chosen. */

import { recall, remember } from "./remembered.js";

const NAMES = { auto: "Theme: auto", light: "Theme: light", dark: "Theme: dark" };
const NEXT = /** @type {const} */ ({ auto: "light", light: "dark", dark: "auto" });

/** @returns {keyof typeof NAMES} */
function theme() {
  const kept = recall("theme");
  return kept === "light" || kept === "dark" ? kept : "auto";
}

export function themeName() {
  return NAMES[theme()];
}

/** The next one; its name. */
export function nextTheme() {
  const next = NEXT[theme()];
  remember("theme", next);
  document.documentElement.dataset.theme = next;
  return NAMES[next];
}
