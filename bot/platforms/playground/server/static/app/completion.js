/** Completing what is typed: `/flow …`, and the bot's name. A combobox while it has something to offer. */

/** @import {Suggestion} from "./types.js" */

import { announce } from "./announce.js";
import { el } from "./dom.js";

const PAUSE = 90; // milliseconds without a key before the server is asked
const MENTION = "@ResolutionFlow";

/** `from` is where what is replaced begins. @typedef {{label: string, about: string, insert: string, from: number}} Option */
/** @typedef {(text: string, signal: AbortSignal) => Promise<Suggestion[]>} Ask */

let lists = 0;

export class Completion {
  /** @type {Option[]} */ #options = [];
  #at = -1;
  /** @type {number | undefined} */ #timer;
  /** @type {AbortController | undefined} */ #asking;

  /** @param {HTMLTextAreaElement} box @param {Ask} ask */
  constructor(box, ask) {
    this.box = box;
    this.ask = ask;
    this.list = el("ul", {
      class: "suggestions",
      role: "listbox",
      id: `suggestions-${++lists}`,
      "aria-label": "Suggestions",
      hidden: true,
    });
    this.list.addEventListener("pointerdown", (event) => this.#onPointer(event));
    box.setAttribute("aria-autocomplete", "list");
    box.addEventListener("blur", () => this.close());
  }

  get isOpen() {
    return !this.list.hidden;
  }

  /** Something was typed. */
  look() {
    this.#stop();
    const { value, selectionStart } = this.box;
    if (selectionStart !== value.length || value.includes("\n")) return this.close();
    if (/^\/(f(l(ow?)?)?)?$/.test(value)) {
      return this.#offer(
        [{ label: "/flow", about: "Start or steer a guided session", insert: "/flow ", from: 0 }],
        true,
      );
    }
    const mention = /(?:^|\s)(@\w*)$/.exec(value);
    if (mention && MENTION.toLowerCase().startsWith(mention[1].toLowerCase())) {
      const from = value.length - mention[1].length;
      return this.#offer(
        [{ label: MENTION, about: "Ask it something", insert: `${MENTION} `, from }],
        true,
      );
    }
    if (!/^\/flow\s/.test(value)) return this.close();
    // What is offered was for other words: until there is an answer for these, Enter sends.
    if (
      this.#options.some(
        (option) => !option.insert.startsWith("/flow ") || option.insert === "/flow ",
      )
    )
      this.close();
    else if (this.isOpen) this.#mark(-1);
    this.#timer = setTimeout(() => this.#fetch(value), PAUSE);
  }

  close() {
    this.#stop();
    this.list.hidden = true;
    this.#options = [];
    this.#at = -1;
    for (const name of ["role", "aria-expanded", "aria-controls", "aria-activedescendant"])
      this.box.removeAttribute(name);
  }

  /** Whether the key was for the list. @param {KeyboardEvent} event */
  key(event) {
    if (!this.isOpen) return false;
    const count = this.#options.length;
    if (event.key === "ArrowDown") this.#mark((this.#at + 1) % count);
    else if (event.key === "ArrowUp") this.#mark((this.#at <= 0 ? count : this.#at) - 1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && !event.shiftKey) this.#take(Math.max(0, this.#at));
    else if (event.key === "Enter" && !event.shiftKey && this.#at >= 0) this.#take(this.#at);
    else return false;
    return true;
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = undefined;
  }

  /** @param {string} value */
  async #fetch(value) {
    const asking = (this.#asking = new AbortController());
    const found = await this.ask(value.replace(/^\/flow\s+/, ""), asking.signal).catch(() => []);
    if (asking.signal.aborted || this.box.value !== value) return;
    const options = found.map(({ label, text }) => ({
      label,
      about: text === label ? "" : text,
      insert: `/flow ${text.replace(/^\/flow\s+/, "")}`,
      from: 0,
    }));
    const isDone = options.length === 1 && options[0].insert === value.trimEnd();
    // Enter sends what was typed; only an arrow picks one of many.
    this.#offer(isDone ? [] : options, false);
  }

  /** @param {Option[]} options @param {boolean} marked */
  #offer(options, marked) {
    if (!options.length || document.activeElement !== this.box) return this.close();
    this.#options = options;
    this.list.replaceChildren(
      ...options.map((option, at) =>
        el(
          "li",
          { role: "option", id: `${this.list.id}-${at}`, "aria-selected": "false" },
          el("span", { class: "label" }, option.label),
          option.about && el("small", {}, option.about),
        ),
      ),
    );
    this.list.hidden = false;
    this.list.scrollTop = 0;
    // A text box has no list: only while there is one is it a combobox.
    this.box.setAttribute("role", "combobox");
    this.box.setAttribute("aria-expanded", "true");
    this.box.setAttribute("aria-controls", this.list.id);
    this.#mark(marked ? 0 : -1);
    announce(options.length === 1 ? "1 suggestion" : `${options.length} suggestions`);
  }

  /** @param {number} at */
  #mark(at) {
    this.#at = at;
    for (const [index, item] of [...this.list.children].entries()) {
      item.setAttribute("aria-selected", String(index === at));
      if (index === at) item.scrollIntoView({ block: "nearest" });
    }
    if (at < 0) this.box.removeAttribute("aria-activedescendant");
    else this.box.setAttribute("aria-activedescendant", `${this.list.id}-${at}`);
  }

  /** @param {number} at */
  #take(at) {
    const { insert, from } = this.#options[at];
    this.close();
    this.box.setRangeText(insert, from, this.box.value.length, "end");
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {PointerEvent} event */
  #onPointer(event) {
    event.preventDefault(); // the box keeps the focus
    const item = event.target instanceof Element ? event.target.closest("li") : null;
    if (item) this.#take([...this.list.children].indexOf(item));
  }
}
