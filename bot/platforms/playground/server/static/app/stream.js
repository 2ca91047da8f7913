/** Server-sent events for one person: one connection, resumed where it broke off. */

/** @import {Message} from "./types.js" */

const FIRST_WAIT = 500; // milliseconds; doubled up to LONGEST_WAIT
const LONGEST_WAIT = 10_000;

/**
 * @typedef {object} Listeners
 * @property {(message: Message) => void} message
 * @property {() => void} reload  too much was missed: fetch anew
 * @property {() => void} channels  a channel was added or changed
 * @property {(live: boolean) => void} live  whether what happens arrives
 */

export class Stream {
  /** @type {EventSource | null} */ #source = null;
  #last = "";
  #opened = false;
  #wait = FIRST_WAIT;
  /** @type {number | undefined} */ #timer;
  /** @type {() => void} */ #begin = () => undefined;
  /** From then on nothing is missed. @type {Promise<void>} */
  begun = new Promise((resolve) => (this.#begin = resolve));

  /** @param {string} base @param {Listeners} listeners */
  constructor(base, listeners) {
    this.base = base;
    this.listeners = listeners;
    this.retry = this.retry.bind(this);
    window.addEventListener("online", this.retry);
    this.#connect();
  }

  close() {
    window.removeEventListener("online", this.retry);
    clearTimeout(this.#timer);
    this.#source?.close();
  }

  /** Try now instead of later. */
  retry() {
    if (this.#source?.readyState === EventSource.OPEN) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  #connect() {
    this.#source?.close();
    const resume = this.#last ? `?after=${encodeURIComponent(this.#last)}` : "";
    const source = new EventSource(`${this.base}/events${resume}`);
    this.#source = source;
    source.onopen = () => this.#live();
    source.onerror = () => this.#broken(source);
    source.addEventListener("message", (event) => {
      this.#seen(event);
      this.listeners.message(JSON.parse(event.data));
    });
    source.addEventListener("channels", (event) => {
      this.#seen(event);
      this.listeners.channels();
    });
    source.addEventListener("reload", (event) => {
      this.#seen(event);
      this.listeners.reload();
    });
  }

  /** @param {MessageEvent} event */
  #seen(event) {
    if (event.lastEventId) this.#last = event.lastEventId;
  }

  #live() {
    this.#wait = FIRST_WAIT;
    // Broken before the first event: there is nothing to resume from, so what was missed is unknown.
    if (this.#opened && !this.#last) this.listeners.reload();
    this.#opened = true;
    this.#begin();
    this.listeners.live(true);
  }

  /** @param {EventSource} source */
  #broken(source) {
    if (source !== this.#source) return;
    this.listeners.live(false);
    // The browser reconnects by itself after a cut, but gives up for good after an error status.
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }
}
