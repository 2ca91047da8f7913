/** Where one writes: a text box that loses nothing, files, a quoted message, commands. */

/** @import {FileInfo, Message, Place} from "./types.js" */
/** @import {World} from "./world.js" */

import { announce } from "./announce.js";
import { Attachments } from "./attachments.js";
import { Completion } from "./completion.js";
import { el, icon, iconButton } from "./dom.js";
import { placeKey } from "./feed.js";
import { TEXT_LIMIT, length } from "./limits.js";
import { recall, remember } from "./remembered.js";

const NEAR_LIMIT = 2_000; // characters left when counting begins

/** @typedef {{text: string, files: FileInfo[], quote: string | null}} Draft */
/**
 * @typedef {object} Deeds  what can be done with what was written
 * @property {(place: Place, draft: Draft) => void} send
 * @property {(place: Place, text: string) => void} command
 * @property {(message: Message, text: string) => Promise<boolean>} change
 */

export class Composer {
  /** @type {Place | null} */ #place = null;
  /** @type {Message | null} */ #editing = null;
  /** @type {string | null} */ #quote = null;
  /** Enter was pressed before the page knew where. */ #early = false;

  /** @param {World} world @param {Deeds} deeds @param {string} label */
  constructor(world, deeds, label) {
    this.world = world;
    this.deeds = deeds;
    this.box = el("textarea", { rows: 1, "aria-label": "Message", spellcheck: true });
    this.attachments = new Attachments(world.api, (sentence) => this.complain(sentence));
    this.completion = new Completion(this.box, (text, signal) =>
      this.#place ? world.api.suggestions(this.#place, text, signal) : Promise.resolve([]),
    );
    this.about = el("div", { class: "about", hidden: true });
    this.hint = el("p", { class: "hint", role: "status" });
    this.input = el("input", {
      type: "file",
      multiple: true,
      hidden: true,
      tabindex: -1,
      "aria-hidden": "true",
    });
    this.element = this.#build(label);
    this.#listen();
  }

  /** Write somewhere else; what was begun here is kept. @param {Place} place @param {string} placeholder */
  open(place, placeholder) {
    const early = this.#place ? "" : this.box.value; // typed before the page knew where
    this.#stopEditing();
    this.#place = place;
    this.box.placeholder = placeholder;
    this.box.setAttribute("aria-label", placeholder);
    this.#setQuote(null);
    this.attachments.clear();
    this.#set(early || (recall(this.#draftName) ?? ""));
    if (early && this.#early) this.#submit();
    this.#early = false;
  }

  focus() {
    this.box.focus();
  }

  /** "/" was pressed outside the box: who types "/flow" at once must not lose its first key. */
  begin() {
    if (this.box.value) this.focus();
    else this.fill("/");
  }

  get isEmpty() {
    return !this.box.value.trim() && !this.attachments.infos.length;
  }

  /** Put words into the box, ready to be sent. @param {string} text */
  fill(text) {
    this.#set(text);
    this.#keep();
    this.focus();
    this.completion.look();
  }

  /** @param {Message} message */
  quote(message) {
    this.#stopEditing();
    this.#setQuote(message.id);
    this.focus();
  }

  /** @param {Message} message */
  edit(message) {
    this.#editing = message;
    this.#set(message.text);
    this.#showAbout("Editing your message.", "Stop editing", () => this.#stopEditing());
    this.focus();
  }

  /** What could not be sent comes back, before whatever was begun since. @param {Place} place @param {Draft} draft @param {string} sentence */
  restore(place, draft, sentence) {
    const name = this.#nameOf(place);
    const isHere = this.#place !== null && placeKey(place) === placeKey(this.#place);
    const since = isHere ? this.box.value : (recall(name) ?? "");
    const text = [draft.text, since].filter(Boolean).join("\n");
    remember(name, text);
    if (!isHere) return;
    this.#set(text);
    this.attachments.restore(draft.files);
    if (draft.quote) this.#setQuote(draft.quote);
    this.complain(sentence);
  }

  /** @param {string} sentence */
  complain(sentence) {
    this.hint.textContent = sentence;
    this.hint.classList.toggle("error", sentence !== "");
  }

  /** @param {string} label */
  #build(label) {
    const attach = iconButton("attach", "Attach files", { onclick: () => this.input.click() });
    const send = el(
      "button",
      { type: "submit", class: "icon-button send", "aria-label": "Send", title: "Send (Enter)" },
      icon("send"),
    );
    const row = el("div", { class: "box" }, attach, this.box, send, this.completion.list);
    return el(
      "form",
      { class: "composer", "aria-label": label },
      this.about,
      this.attachments.element,
      row,
      this.hint,
      this.input,
    );
  }

  #listen() {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.box.addEventListener("input", () => this.#typed());
    this.box.addEventListener("keydown", (event) => this.#onKey(event));
    this.box.addEventListener("paste", (event) => {
      const files = event.clipboardData?.files;
      if (!files?.length) return;
      event.preventDefault();
      this.attachments.add(files);
    });
    this.input.addEventListener("change", () => {
      this.attachments.add(this.input.files ?? []);
      this.input.value = "";
    });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing) return;
    if (this.completion.key(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (!event.repeat) this.#submit();
    } else if (event.key === "Escape" && (this.#editing || this.#quote)) {
      event.stopPropagation();
      if (this.#editing) this.#stopEditing();
      else this.#setQuote(null);
    }
  }

  #typed() {
    this.#keep();
    this.#count();
    this.#grow();
    this.completion.look();
  }

  #submit() {
    const place = this.#place;
    const text = this.box.value.trim();
    if (!place) this.#early = true;
    if (!place || !this.#fits()) return;
    if (this.#editing) return void this.#change(this.#editing, text);
    if (/^\/flow(\s|$)/.test(text)) {
      this.#clear();
      return this.deeds.command(place, text.slice("/flow".length).trim());
    }
    const { hindrance, infos } = this.attachments;
    if (hindrance) return this.complain(hindrance);
    if (!text && !infos.length) return;
    const draft = { text, files: infos, quote: this.#quote };
    this.attachments.clear();
    this.#setQuote(null);
    this.#clear();
    this.deeds.send(place, draft);
  }

  /** @param {Message} message @param {string} text */
  async #change(message, text) {
    if (!text) return this.complain("A message cannot be empty. Delete it from its menu instead.");
    if (await this.deeds.change(message, text)) this.#stopEditing();
  }

  #fits() {
    const over = length(this.box.value) - TEXT_LIMIT;
    if (over <= 0) return true;
    this.complain(
      `A message holds ${TEXT_LIMIT.toLocaleString()} characters; this has ${over.toLocaleString()} too many. Shorten it, or attach it as a file. Nothing is lost.`,
    );
    return false;
  }

  #count() {
    const left = TEXT_LIMIT - length(this.box.value);
    if (left < 0) this.#fits();
    else if (left < NEAR_LIMIT) {
      this.complain("");
      this.hint.textContent = `${left.toLocaleString()} characters left`;
    } else this.complain("");
  }

  /** @param {string} text */
  #set(text) {
    this.box.value = text;
    this.completion.close();
    this.#count();
    this.#grow();
  }

  #clear() {
    this.#set("");
    this.#keep();
  }

  #stopEditing() {
    if (!this.#editing) return;
    this.#editing = null;
    this.about.hidden = true;
    this.#set(recall(this.#draftName) ?? "");
    announce("Stopped editing");
  }

  /** @param {string | null} id */
  #setQuote(id) {
    this.#quote = id;
    const quoted = id ? this.world.message(id) : undefined;
    if (!quoted) this.about.hidden = true;
    else {
      const said = quoted.text.replace(/\s+/g, " ").slice(0, 120);
      this.#showAbout(
        `Quoting ${this.world.name(quoted.author)}: ${said}`,
        "Remove the quote",
        () => this.#setQuote(null),
      );
    }
  }

  /** @param {string} words @param {string} end @param {() => void} stop */
  #showAbout(words, end, stop) {
    this.about.replaceChildren(el("span", {}, words), iconButton("close", end, { onclick: stop }));
    this.about.hidden = false;
  }

  get #draftName() {
    return this.#place ? this.#nameOf(this.#place) : "";
  }

  /** @param {Place} place */
  #nameOf(place) {
    return `draft:${this.world.me.id}:${placeKey(place)}`;
  }

  #keep() {
    if (!this.#editing) remember(this.#draftName, this.box.value);
  }

  /** Browsers that size a text box by its content need no help. */
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
  }
}
