/** What all panes share: who is played, which channels there are, what was said where. */

/** @import {Channel, Message, Place, User, Workspace} from "./types.js" */

import { Api } from "./api.js";
import { Feed, placeKey } from "./feed.js";
import { Signal } from "./signal.js";
import { Stream } from "./stream.js";

const PATIENCE = 3_000; // milliseconds that what happens is waited for, before anything is shown

export class World {
  /** Channels, or how many messages wait in them. @type {Signal<void>} */
  channelsChanged = new Signal();
  /** A message came that was not there before. @type {Signal<Message>} */
  arrived = new Signal();
  /** @type {Signal<boolean>} */
  live = new Signal();
  /** Everything has to be fetched anew. @type {Signal<void>} */
  reloaded = new Signal();
  /** Messages nobody looked at yet, by channel. @type {Map<string, number>} */
  waiting = new Map();
  /** Where the person is looking now. @type {Place | null} */
  looking = null;
  /** @type {Channel[]} */
  channels = [];
  /** @type {Map<string, Feed>} */ #feeds = new Map();
  /** The newest version seen of a message, wherever it is. @type {Map<string, number>} */ #versions =
    new Map();

  /** @param {Workspace} workspace @param {User} me */
  constructor(workspace, me) {
    this.workspace = workspace;
    this.me = me;
    this.api = new Api(me.id);
    this.users = new Map(workspace.users.map((user) => [user.id, user]));
    this.since = Date.now();
  }

  /** Begin to hear what happens, then see which channels there are: in this order nothing is missed. */
  async open() {
    this.stream = new Stream(this.api.base, {
      message: (message) => this.#hear(message),
      reload: () => this.#reload(),
      channels: () => this.refreshChannels().catch(() => undefined),
      live: (live) => this.live.fire(live),
    });
    const { begun } = this.stream;
    const late = new Promise((resolve) => setTimeout(() => resolve(true), PATIENCE));
    if (await Promise.race([begun, late])) void begun.then(() => this.#reload());
    await this.refreshChannels();
  }

  close() {
    this.stream?.close();
  }

  /** @param {string} id */
  name(id) {
    return this.users.get(id)?.name ?? (id === this.bot?.id ? this.bot.name : id);
  }

  get bot() {
    return this.workspace.users.find((user) => user.bot) ?? null;
  }

  /** @param {string} id */
  isBot(id) {
    const user = this.users.get(id);
    return user ? user.bot : true;
  }

  /** @param {string} id */
  channel(id) {
    return this.channels.find((channel) => channel.id === id);
  }

  /** @param {Place} place */
  feed(place) {
    const key = placeKey(place);
    let feed = this.#feeds.get(key);
    if (!feed) this.#feeds.set(key, (feed = new Feed(this.api, place)));
    return feed;
  }

  /** A message by its id, if it was seen. @param {string} id */
  message(id) {
    for (const feed of this.#feeds.values()) {
      const found = feed.get(id);
      if (found) return found;
    }
    return undefined;
  }

  /** A message as it is now, from an answer or an event. @param {Message} message */
  take(message) {
    for (const feed of this.#feeds.values()) if (feed.holds(message)) feed.take(message);
  }

  /** @param {string} id */
  drop(id) {
    for (const feed of this.#feeds.values()) feed.drop(id);
  }

  /** @param {Place} place */
  look(place) {
    this.looking = place;
    if (this.waiting.delete(place.channel)) this.channelsChanged.fire();
  }

  async refreshChannels() {
    this.channels = await this.api.channels();
    this.channelsChanged.fire();
  }

  /** @param {Message} message */
  #hear(message) {
    const known = this.#versions.get(message.id);
    if (known !== undefined && known >= message.version) return;
    this.#versions.set(message.id, message.version);
    // What was fetched before it was told is new too, if it came since.
    const least = this.message(message.id) ? this.since : this.since - 60_000;
    const isNew = known === undefined && Date.parse(message.at) > least;
    this.take(message);
    if (!isNew || message.deleted) return;
    this.#count(message);
    this.arrived.fire(message);
  }

  /** @param {Message} message */
  #count(message) {
    const isElsewhere = this.looking?.channel !== message.channel || document.hidden;
    if (!isElsewhere || message.author === this.me.id || message.thread !== null) return;
    this.waiting.set(message.channel, (this.waiting.get(message.channel) ?? 0) + 1);
    this.channelsChanged.fire();
  }

  #reload() {
    for (const feed of this.#feeds.values()) feed.loaded = false;
    this.refreshChannels().catch(() => undefined);
    this.reloaded.fire();
  }
}
