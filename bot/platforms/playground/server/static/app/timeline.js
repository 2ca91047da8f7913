/** A feed on screen: one element a message, changed only where the message changed. */

/** @import {Feed} from "./feed.js" */
/** @import {Message} from "./types.js" */
/** @import {World} from "./world.js" */

import { isFramed } from "./blocks.js";
import { el, icon } from "./dom.js";
import { focusMessage, holdFocus } from "./focus.js";
import { closeOrphan } from "./menu.js";
import { showMessage, updateMessage } from "./message.js";
import { Scroll } from "./scroll.js";
import { isSameDay, timeElement } from "./times.js";
import { Way } from "./way.js";

const TOGETHER = 5 * 60_000; // milliseconds within which one's messages share a heading
const FIRST = 50; // messages that more than fill a screen: those above them come a frame later

/** @typedef {import("./message.js").Shown & {message: Message, day: HTMLElement | null}} Row */

export class Timeline {
  /** @type {Map<string, Row>} */ #rows = new Map();
  /** @type {(() => void)[]} */ #leave = [];
  /** @type {Feed | null} */ feed = null;
  /** Whether the message is what came of a press. @type {(message: Message) => boolean} */
  expects = () => false;

  /** @param {World} world @param {{inThread: boolean, label: string}} options */
  constructor(world, { inThread, label }) {
    this.setting = { world, inThread };
    this.log = el("div", { class: "log", role: "log", "aria-label": label });
    this.root = el("div", { class: "root" });
    this.divider = el("p", { class: "divider" });
    this.older = el(
      "button",
      { type: "button", class: "older", onclick: () => this.#loadEarlier() },
      "Show earlier messages",
    );
    this.empty = el("div", { class: "empty" });
    this.newBelow = el(
      "button",
      { type: "button", class: "pill", hidden: true, onclick: () => this.scroll.toNewest() },
      icon("down"),
      "New below",
    );
    const content = el(
      "div",
      { class: "content" },
      this.root,
      this.divider,
      this.older,
      this.empty,
      this.log,
    );
    this.scroller = el(
      "div",
      { class: "scroller", tabindex: 0, role: "region", "aria-label": `${label}, scrollable` },
      content,
    );
    this.way = new Way(this.scroller, () => this.toStep());
    const below = el("div", { class: "below" }, this.newBelow, this.way.element);
    this.element = el("div", { class: "timeline" }, this.scroller, below);
    this.scroll = new Scroll(this.scroller, content, this.newBelow, () => this.#last()?.element);
  }

  /** Show another feed. @param {Feed} feed */
  attach(feed) {
    for (const leave of this.#leave) leave();
    this.feed = feed;
    this.#rows.clear();
    this.log.replaceChildren();
    this.root.replaceChildren();
    this.#leave = [
      feed.changed.on((message) => (message ? this.#update(message) : this.#showAll())),
      feed.dropped.on((id) => this.#drop(id)),
    ];
    this.#showAll();
    this.scroll.toNewest();
  }

  /** The newest message that can be answered by a number. */
  get step() {
    const steps = /** @type {NodeListOf<HTMLElement>} */ (
      this.element.querySelectorAll(".message.step")
    );
    return steps[steps.length - 1] ?? null;
  }

  /** Show the step and read it; whether there is one. */
  toStep() {
    const { step } = this;
    if (!step || !this.#isAnswered) return false;
    this.scroll.show(step);
    focusMessage(step);
    return true;
  }

  /** Whether steps are answered here: in a thread, or alone with the bot. */
  get #isAnswered() {
    const place = this.feed?.place;
    return place?.thread || this.setting.world.channel(place?.channel ?? "")?.direct;
  }

  /** Something for the one who looks, not kept anywhere: that what they did failed. @param {HTMLElement} note */
  say(note) {
    this.log.append(note);
    this.scroll.toNewest();
  }

  /** @param {string} id */
  row(id) {
    return (
      this.#rows.get(id)?.element ?? this.root.querySelector(`[data-message="${CSS.escape(id)}"]`)
    );
  }

  #last() {
    const items = this.feed?.items ?? [];
    return items.length ? this.#rows.get(items[items.length - 1].id) : undefined;
  }

  #showAll() {
    const feed = this.feed;
    if (!feed) return;
    this.log.setAttribute("aria-busy", "true");
    const kept = new Set(feed.items.map((message) => message.id));
    for (const id of this.#rows.keys()) if (!kept.has(id)) this.#drop(id);
    const keep = this.scroll.keep();
    const made = document.createDocumentFragment();
    const focused = document.activeElement;
    const from = this.#rows.size ? 0 : Math.max(0, feed.items.length - FIRST);
    let before = feed.items[from - 1] ?? feed.root;
    for (const message of feed.items.slice(from)) {
      const row = this.#rowOf(message);
      this.#relate(row, before);
      made.append(...(row.day ? [row.day] : []), row.element);
      before = message;
    }
    this.log.prepend(made);
    // Elements that are moved lose the focus.
    if (focused instanceof HTMLElement && this.log.contains(focused)) focused.focus();
    keep();
    this.#showRoot();
    this.#showEdges();
    requestAnimationFrame(() => {
      this.log.removeAttribute("aria-busy");
      // After it was painted: who opens a long thread reads its end first.
      if (from) setTimeout(() => this.feed === feed && this.#showAll());
    });
  }

  /** @param {Message} message */
  #update(message) {
    if (message.id === this.feed?.place.thread) return this.#showRootAnew();
    const isNew = !this.#rows.has(message.id);
    if (isNew) this.#insert(message);
    else holdFocus(this.#rows.get(message.id)?.element, () => this.#rowOf(message));
    closeOrphan();
    const isMine = message.author === this.setting.world.me.id || this.expects(message);
    if (isNew) this.scroll.arrived(isMine);
    this.#showEdges();
  }

  /** @param {Message} message */
  #insert(message) {
    const items = this.feed?.items ?? [];
    const at = items.findIndex((item) => item.id === message.id);
    const row = this.#rowOf(message);
    const next = items[at + 1] && this.#rows.get(items[at + 1].id);
    this.log.insertBefore(row.element, next?.day ?? next?.element ?? null);
    this.#relate(row, items[at - 1] ?? this.feed?.root ?? null);
    if (next) this.#relate(next, message);
  }

  /** @param {string} id */
  #drop(id) {
    const row = this.#rows.get(id);
    if (!row) return;
    const hadFocus = row.element.contains(document.activeElement);
    const neighbour = row.element.previousElementSibling ?? row.element.nextElementSibling;
    row.element.remove();
    row.day?.remove();
    this.#rows.delete(id);
    if (hadFocus) (neighbour instanceof HTMLElement ? neighbour : this.scroller).focus();
    closeOrphan();
    this.#showEdges();
  }

  /** @param {Message} message @returns {Row} */
  #rowOf(message) {
    let row = this.#rows.get(message.id);
    if (!row) {
      row = { ...showMessage(message, this.setting), message, day: null };
      this.#rows.set(message.id, row);
    } else if (row.message !== message) {
      row.message = message;
      updateMessage(row, message, this.setting);
    }
    return row;
  }

  /** What depends on the message before: the day's name, and whether the author is named again. @param {Row} row @param {Message | null} before */
  #relate(row, before) {
    const { message, element } = row;
    const isNewDay = !before || !isSameDay(before.at, message.at);
    row.day?.remove();
    row.day = isNewDay ? el("p", { class: "day" }, timeElement(message.at, "day")) : null;
    if (row.day) element.before(row.day);
    element.classList.toggle("follows", !isNewDay && follows(message, before, this.feed?.root));
  }

  #showRootAnew() {
    this.#showRoot();
    this.#showEdges();
  }

  #showRoot() {
    const { feed, root } = this;
    if (!feed?.root) return;
    const { element } = showMessage(feed.root, { ...this.setting, inThread: true });
    holdFocus(root, () => root.replaceChildren(element));
  }

  #showEdges() {
    const feed = this.feed;
    if (!feed) return;
    const count = feed.root?.replies ?? feed.items.length;
    this.divider.hidden = !feed.root;
    this.divider.textContent =
      count === 0 ? "No replies yet" : count === 1 ? "1 reply" : `${count} replies`;
    this.older.hidden = !feed.earlier;
    this.empty.hidden = !feed.loaded || feed.items.length > 0 || feed.root !== null;
    for (const other of this.log.querySelectorAll(".current")) other.classList.remove("current");
    this.step?.classList.add("current");
    this.way.lead(this.#isAnswered ? this.step : null);
  }

  async #loadEarlier() {
    this.older.disabled = true;
    this.scroll.release();
    await this.feed?.loadEarlier().catch(() => undefined);
    this.older.disabled = false;
  }
}

/**
 * Whether the message goes on where its author stopped. What is to be answered, or seen by one
 * person alone, stands for itself.
 * @param {Message} message
 * @param {Message | null} before
 * @param {Message | null | undefined} root
 */
function follows(message, before, root) {
  if (!before || before === root || before.author !== message.author) return false;
  if (message.audience !== null || before.audience !== null || isFramed(message.blocks))
    return false;
  return Date.parse(message.at) - Date.parse(before.at) < TOGETHER;
}
