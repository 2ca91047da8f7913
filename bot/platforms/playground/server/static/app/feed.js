/** The messages of one place, in order, as far as they are loaded. No elements here. */

/** @import {Api} from "./api.js" */
/** @import {Message, Place} from "./types.js" */

import { Signal } from "./signal.js";

/** @param {Place} place */
export function placeKey(place) {
  return place.thread ? `${place.channel}/${place.thread}` : place.channel;
}

export class Feed {
  /** A message came or changed; null: everything may have. @type {Signal<Message | null>} */
  changed = new Signal();
  /** A message went without a trace. @type {Signal<string>} */
  dropped = new Signal();
  /** In order. @type {Message[]} */
  items = [];
  /** The message a thread hangs under. @type {Message | null} */
  root = null;
  /** Whether older messages are still on the server. */
  earlier = false;
  loaded = false;
  /** @type {Map<string, Message>} */ #known = new Map();
  /** Went, and must not come back with a late event. @type {Set<string>} */ #gone = new Set();

  /** @param {Api} api @param {Place} place */
  constructor(api, place) {
    this.api = api;
    this.place = place;
  }

  /** @param {string} id */
  get(id) {
    return this.#known.get(id) ?? (this.root?.id === id ? this.root : undefined);
  }

  /** Fetch the newest messages. What came in the meantime stays. */
  async load() {
    const { channel, thread } = this.place;
    if (thread) {
      const found = await this.api.thread(thread);
      this.#settleRoot(found.root);
      this.#fill(found.messages, found.messages.length < found.root.replies);
    } else {
      const found = await this.api.messages(channel);
      this.#fill(found, found.length >= 50);
    }
    this.loaded = true;
    this.changed.fire(null);
  }

  /** Fetch older messages than the oldest. */
  async loadEarlier() {
    const oldest = this.items[0];
    if (!oldest || !this.earlier) return;
    const { channel, thread } = this.place;
    const found = thread
      ? (await this.api.thread(thread, oldest.id)).messages
      : await this.api.messages(channel, oldest.id);
    this.earlier = found.length > 0 && found.length >= (thread ? 500 : 50);
    for (const message of found) this.#put(message);
    this.changed.fire(null);
  }

  /** Whether the message belongs here. @param {Message} message */
  holds(message) {
    const { channel, thread } = this.place;
    if (message.channel !== channel) return false;
    return thread ? message.thread === thread || message.id === thread : message.thread === null;
  }

  /** A message as it is now. An older version than the one that is known changes nothing. @param {Message} message */
  take(message) {
    if (this.#gone.has(message.id)) return;
    if (message.id === this.place.thread) {
      if (this.#settleRoot(message)) this.changed.fire(message);
      return;
    }
    // A whisper that was dismissed, perhaps in another window.
    if (message.deleted && message.audience !== null) return this.drop(message.id);
    const oldest = this.items[0];
    if (!this.#known.has(message.id) && this.earlier && oldest && isBefore(message, oldest)) return;
    this.#arrived(message);
    if (this.#put(message)) this.changed.fire(message);
  }

  /** @param {string} id */
  drop(id) {
    this.#gone.add(id);
    if (!this.#known.delete(id)) return;
    this.items = this.items.filter((item) => item.id !== id);
    this.dropped.fire(id);
  }

  /** @param {Message[]} messages @param {boolean} earlier */
  #fill(messages, earlier) {
    const before = this.#known;
    this.#known = new Map();
    this.items = [];
    this.earlier = earlier;
    for (const message of messages) this.#put(newer(message, before.get(message.id)));
    for (const message of before.values()) {
      const oldest = this.items[0];
      const isRecent = !oldest || !isBefore(message, oldest);
      if (isRecent && !this.#known.has(message.id)) this.#put(message);
    }
  }

  /** @param {Message} message */
  #put(message) {
    if (this.#gone.has(message.id)) return false;
    const known = this.#known.get(message.id);
    if (known && known.version >= message.version) return false;
    this.#known.set(message.id, message);
    if (known) this.items[this.items.indexOf(known)] = message;
    else {
      let at = this.items.length;
      while (at > 0 && isBefore(message, this.items[at - 1])) at--;
      this.items.splice(at, 0, message);
    }
    return true;
  }

  /** One's own message may arrive before the answer to sending it: then it is not being sent any more. @param {Message} message */
  #arrived(message) {
    if (message.pending || this.#known.has(message.id)) return;
    const sent = this.items.find(
      (item) => item.pending && item.author === message.author && item.text === message.text,
    );
    if (sent) this.drop(sent.id);
  }

  /** @param {Message} root */
  #settleRoot(root) {
    if (this.root && this.root.version >= root.version) return false;
    this.root = root;
    return true;
  }
}

/** @param {Message} one @param {Message | undefined} other */
function newer(one, other) {
  return other && other.version > one.version ? other : one;
}

/** What is being sent comes last; the same instant is told apart by id. @param {Message} one @param {Message} other */
function isBefore(one, other) {
  if (one.pending || other.pending) return !one.pending;
  const difference = Date.parse(one.at) - Date.parse(other.at);
  if (difference) return difference < 0;
  return compareIds(one.id, other.id) < 0;
}

/** Ids are opaque, but longer ones were given later. @param {string} one @param {string} other */
function compareIds(one, other) {
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}
