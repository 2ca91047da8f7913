/** Files on their way into a message: sent while one still writes, removed before it is posted. */

/** @import {Api} from "./api.js" */
/** @import {FileInfo} from "./types.js" */

import { sentence } from "./api.js";
import { el, icon, iconButton } from "./dom.js";
import { FILES, FILE_LIMIT } from "./limits.js";
import { bytes } from "./message.js";

/** @typedef {{element: HTMLElement, info: FileInfo | null, failed: boolean, stop: AbortController}} Item */

export class Attachments {
  /** @type {Item[]} */ #items = [];

  /** @param {Api} api @param {(sentence: string) => void} complain */
  constructor(api, complain) {
    this.api = api;
    this.complain = complain;
    this.element = el("ul", { class: "attachments", "aria-label": "Files to send", hidden: true });
  }

  /** Why the files cannot be posted yet; "" when they can. */
  get hindrance() {
    if (this.#items.some((item) => item.failed))
      return "A file could not be sent. Remove it, or attach it again.";
    return this.#items.some((item) => !item.info)
      ? "A file is still on its way. Wait a moment, or remove it."
      : "";
  }

  /** @returns {FileInfo[]} */
  get infos() {
    return this.#items.flatMap((item) => item.info ?? []);
  }

  /** @param {Iterable<File>} files */
  add(files) {
    for (const file of files) {
      if (this.#items.length >= FILES)
        return this.complain(`A message holds ${FILES} files. Post these, then attach the rest.`);
      if (file.size > FILE_LIMIT)
        this.complain(
          `“${file.name}” has ${bytes(file.size)}; a file may have ${bytes(FILE_LIMIT)}.`,
        );
      else void this.#send(file);
    }
  }

  /** Put back what could not be posted. @param {FileInfo[]} infos */
  restore(infos) {
    for (const info of infos) this.#show({ ...this.#row(info.name, info.size), info });
  }

  clear() {
    this.#items = [];
    this.#redraw();
  }

  /** @param {File} file */
  async #send(file) {
    const item = this.#show(this.#row(file.name, file.size));
    const bar = el("progress", { max: 1, value: 0, "aria-label": `Sending ${file.name}` });
    item.element.append(bar);
    try {
      item.info = await this.api.upload(file, {
        progress: (share) => (bar.value = share),
        signal: item.stop.signal,
      });
    } catch (error) {
      if (item.stop.signal.aborted) return;
      item.failed = true;
      item.element.classList.add("failed");
      this.complain(`“${file.name}” was not sent. ${sentence(error)}`);
    }
    bar.remove();
  }

  /** @param {string} name @param {number} size @returns {Item} */
  #row(name, size) {
    const stop = new AbortController();
    const element = el(
      "li",
      {},
      icon("file"),
      el("span", { class: "name" }, name),
      el("span", { class: "size" }, bytes(size)),
    );
    const item = { element, info: null, failed: false, stop };
    element.append(iconButton("close", `Remove ${name}`, { onclick: () => this.#remove(element) }));
    return item;
  }

  /** @param {Item} item */
  #show(item) {
    this.#items.push(item);
    this.#redraw();
    return item;
  }

  /** @param {HTMLElement} element */
  #remove(element) {
    const item = this.#items.find((other) => other.element === element);
    this.#items = this.#items.filter((other) => other !== item);
    item?.stop.abort();
    this.#redraw();
  }

  #redraw() {
    this.element.hidden = this.#items.length === 0;
    this.element.replaceChildren(...this.#items.map((item) => item.element));
  }
}
