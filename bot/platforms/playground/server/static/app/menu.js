/** A menu below a control: arrows move, Enter picks, Escape closes, letters find. */

import { el, icon } from "./dom.js";

/**
 * @typedef {object} Entry
 * @property {string} label
 * @property {() => void} pick
 * @property {string} [about]  smaller, below the label
 * @property {string} [badge]
 * @property {keyof typeof import("./icons.js").ICONS} [icon]
 * @property {boolean} [checked]  one of several is on
 * @property {string} [action]  what a test finds it by
 * @property {boolean} [danger]
 */

/** @type {{menu: HTMLElement, anchor: HTMLElement} | null} */
let open = null;

/** @param {HTMLElement} anchor @param {Entry[]} entries @param {string} label */
export function openMenu(anchor, entries, label) {
  const wasHere = open?.anchor === anchor;
  closeMenu();
  if (wasHere) return;
  const menu = el(
    "div",
    { class: "menu", role: "menu", "aria-label": label, popover: "manual" },
    ...entries.map(item),
  );
  document.body.append(menu);
  menu.showPopover();
  place(menu, anchor);
  menu.addEventListener("keydown", onKey);
  // Some browsers take the focus away from a menu when one of its buttons is clicked.
  menu.addEventListener("pointerdown", (event) => event.preventDefault());
  menu.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node) || !menu.contains(event.relatedTarget))
      closeMenu(false);
  });
  anchor.setAttribute("aria-expanded", "true");
  open = { menu, anchor };
  const first = menu.querySelector("[aria-checked=true]") ?? menu.firstElementChild;
  if (first instanceof HTMLElement) first.focus();
}

/** Close what is open; the control gets the focus back unless it went elsewhere. */
export function closeMenu(refocus = true) {
  if (!open) return false;
  const { menu, anchor } = open;
  open = null;
  anchor.setAttribute("aria-expanded", "false");
  if (refocus && anchor.isConnected) anchor.focus();
  menu.remove();
  return true;
}

/** A menu does not outlive its control: what it offers is not there any more. */
export function closeOrphan() {
  if (open && !open.anchor.isConnected) closeMenu(false);
}

document.addEventListener("pointerdown", (event) => {
  if (!open || !(event.target instanceof Node)) return;
  // The anchor's own click closes it too, and would open it again if it were closed here.
  if (!open.menu.contains(event.target) && !open.anchor.contains(event.target)) closeMenu(false);
});

// Whatever moves the control takes the menu along.
const follow = () => open && place(open.menu, open.anchor);
addEventListener("resize", follow);
document.addEventListener("scroll", follow, { capture: true, passive: true });

/** @param {Entry} entry */
function item(entry) {
  const role = entry.checked === undefined ? "menuitem" : "menuitemradio";
  return el(
    "button",
    {
      type: "button",
      role,
      tabindex: -1,
      class: entry.danger ? "danger" : null,
      "aria-checked": entry.checked === undefined ? null : String(entry.checked),
      "data-action": entry.action,
      onclick: () => {
        closeMenu();
        entry.pick();
      },
    },
    entry.checked === undefined
      ? entry.icon && icon(entry.icon)
      : el("span", { class: "tick" }, entry.checked && icon("check")),
    el("span", { class: "label" }, entry.label, entry.about && el("small", {}, entry.about)),
    entry.badge && el("span", { class: "badge" }, entry.badge),
  );
}

/** Below the control if there is room, else above; never outside the window. @param {HTMLElement} menu @param {HTMLElement} anchor */
function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const below = innerHeight - at.bottom - 12;
  const isBelow = below >= Math.min(menu.scrollHeight, 240) || below >= at.top;
  menu.style.maxHeight = `${Math.max(120, isBelow ? below : at.top - 12)}px`;
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  const top = isBelow ? at.bottom + 4 : at.top - height - 4;
  menu.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const items = /** @type {HTMLElement[]} */ ([...(open?.menu.children ?? [])]);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = target(event.key, at, items);
  if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else if (to === undefined) return;
  else items[to].focus();
  event.preventDefault();
  event.stopPropagation();
}

/** @param {string} key @param {number} at @param {HTMLElement[]} items */
function target(key, at, items) {
  const count = items.length;
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at - 1 + count) % count;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key.length !== 1 || key === " ") return undefined;
  for (let step = 1; step <= count; step++) {
    const label = items[(at + step) % count].querySelector(".label")?.textContent ?? "";
    if (label.toLowerCase().startsWith(key.toLowerCase())) return (at + step) % count;
  }
  return undefined;
}
