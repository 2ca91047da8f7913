/** A place one talks in: what was said, and the box to answer in. Channels and threads are both. */

/** @import {Message, Outcome, Place} from "./types.js" */
/** @import {Presses} from "./presses.js" */
/** @import {World} from "./world.js" */

import { sentence } from "./api.js";
import { Composer } from "./composer.js";
import { el, icon } from "./dom.js";
import { placeKey } from "./feed.js";
import { focusMessage } from "./focus.js";
import { openForm } from "./form.js";
import { Signal } from "./signal.js";
import { Timeline } from "./timeline.js";

const SOON = 4_000; // milliseconds within which what comes is the doing of one's own press

let sent = 0;
/** Messages are posted in the order in which they were sent. @type {Promise<unknown>} */
let queue = Promise.resolve();

export class Conversation {
  /** A command is on its way. @type {Signal<Place>} */ commanded = new Signal();
  /** @type {Place | null} */ place = null;
  /** @type {(() => void)[]} */ #leave = [];

  /** @param {World} world @param {Presses} presses @param {{inThread: boolean, label: string}} options */
  constructor(world, presses, options) {
    this.world = world;
    this.presses = presses;
    this.timeline = new Timeline(world, options);
    this.composer = new Composer(
      world,
      {
        send: (place, draft) => void this.#send(place, draft),
        command: (place, text) => void this.#command(place, text),
        change: (message, text) => this.#change(message, text),
      },
      options.inThread ? "Write in the thread" : "Write in the channel",
    );
    this.title = el("h2", { tabindex: -1 });
    this.timeline.expects = (message) => world.isBot(message.author) && this.#isDoing;
    this.#takeDrops();
  }

  /** @param {Place} place @param {string} placeholder */
  async open(place, placeholder) {
    const isSame = this.place !== null && placeKey(this.place) === placeKey(place);
    const feed = this.world.feed(place);
    this.place = place;
    if (!isSame) {
      for (const leave of this.#leave) leave();
      this.timeline.attach(feed);
      this.#leave = [feed.changed.on((message) => this.#follow(message))];
      this.composer.open(place, placeholder);
    }
    const { classList } = this.timeline.element;
    classList.toggle("loading", !feed.loaded);
    if (feed.loaded) return;
    try {
      await feed.load();
    } catch (error) {
      if (this.#shows(feed)) this.fail(sentence(error), () => void this.open(place, placeholder));
    }
    if (this.#shows(feed)) classList.remove("loading");
  }

  /** @param {import("./feed.js").Feed} feed */
  #shows(feed) {
    return this.place !== null && this.world.feed(this.place) === feed;
  }

  /** Leave it, as if it had never been open. */
  shut() {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.place = null;
  }

  /** What came of a command, click or form here. @param {Outcome} outcome @param {(() => void) | null} [again] */
  settle(outcome, again = null) {
    if (outcome.failed) this.fail(outcome.failed, again);
    if (outcome.form)
      openForm(outcome.form, { api: this.world.api, accepted: (next) => this.#accepted(next) });
  }

  /** Say to who did something that it did not work. @param {string} words @param {(() => void) | null} [again] */
  fail(words, again = null) {
    const close = () => {
      note.remove();
      if (document.activeElement === document.body) this.composer.focus();
    };
    const retry =
      again &&
      el(
        "button",
        { type: "button", class: "small", onclick: () => (close(), again()) },
        "Try again",
      );
    const dismiss = el("button", { type: "button", class: "small", onclick: close }, "Dismiss");
    const note = el(
      "div",
      { class: "failure", role: "alert" },
      icon("warning"),
      el("p", {}, el("strong", {}, "That did not work. "), words),
      retry,
      dismiss,
    );
    this.timeline.say(note);
  }

  /** @param {Outcome} outcome */
  #accepted(outcome) {
    this.presses.last = performance.now();
    this.settle(outcome);
    this.#focusStep();
  }

  /** After one's own press the focus goes on to the step it led to, if it was lost. @param {Message | null} message */
  #follow(message) {
    if (message?.author !== this.world.me.id && this.#isDoing) this.#focusStep();
  }

  /** Whether what happens now is likely to be the doing of who looks. */
  get #isDoing() {
    return performance.now() - this.presses.last < SOON;
  }

  #focusStep() {
    const active = document.activeElement;
    const isLost = active === document.body || active === this.title || this.#isFolded(active);
    const { step } = this.timeline;
    const isFree = isLost || this.#hasCommanded(active);
    if (step && isFree && !document.querySelector("dialog[open]")) focusMessage(step);
  }

  /** A command was typed that began a session here, and nothing since: what comes is to be answered. @param {Element | null} active */
  #hasCommanded(active) {
    const { box } = this.composer;
    const isDirect = this.world.channel(this.place?.channel ?? "")?.direct ?? false;
    return isDirect && this.presses.byCommand && active === box && this.composer.isEmpty;
  }

  /** A message that was a step and is one no more has nothing left to press. @param {Element | null} active */
  #isFolded(active) {
    return (
      active instanceof HTMLElement &&
      active.matches(".message.bot:not(.step)") &&
      this.timeline.element.contains(active)
    );
  }

  /** @param {Place} place @param {import("./composer.js").Draft} draft */
  async #send(place, draft) {
    const feed = this.world.feed(place);
    const pending = pendingMessage(place, draft, this.world.me.id);
    const write = {
      text: draft.text,
      thread: place.thread,
      files: draft.files.map((file) => file.id),
      quote: draft.quote,
    };
    feed.take(pending);
    const posting = queue.then(() => this.world.api.write(place.channel, write));
    queue = posting.catch(() => undefined);
    try {
      const message = await posting;
      feed.drop(pending.id);
      this.world.take(message);
    } catch (error) {
      feed.drop(pending.id);
      this.composer.restore(place, draft, `Not sent. ${sentence(error)}`);
    }
  }

  /** @param {Place} place @param {string} text */
  async #command(place, text) {
    const { hint } = this.composer;
    hint.textContent = `/flow ${text}`.trim() + " …";
    this.presses.last = performance.now();
    this.presses.byCommand = true;
    this.commanded.fire(place);
    const again = () => this.composer.fill(`/flow ${text}`);
    try {
      this.settle(await this.world.api.command(place, text), again);
    } catch (error) {
      this.fail(sentence(error), again);
    }
    if (hint.textContent?.endsWith("…")) hint.textContent = "";
  }

  /** @param {Message} message @param {string} text */
  async #change(message, text) {
    try {
      const changed = await this.world.api.edit(message.id, text);
      if (changed) this.world.take(changed);
      return true;
    } catch (error) {
      this.composer.complain(`Not changed. ${sentence(error)}`);
      return false;
    }
  }

  /** Files may be dropped anywhere on the conversation. */
  #takeDrops() {
    const { element } = this.timeline;
    const mark = (/** @type {DragEvent} */ event, /** @type {boolean} */ on) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      element.classList.toggle("dropping", on);
    };
    for (const target of /** @type {HTMLElement[]} */ ([element, this.composer.element])) {
      target.addEventListener("dragover", (event) => mark(event, true));
      target.addEventListener("dragleave", (event) => mark(event, false));
      target.addEventListener("drop", (event) => {
        mark(event, false);
        this.composer.attachments.add(event.dataTransfer?.files ?? []);
      });
    }
  }
}

/** @param {Place} place @param {import("./composer.js").Draft} draft @param {string} author @returns {Message} */
function pendingMessage(place, draft, author) {
  const at = new Date().toISOString();
  return {
    id: `sending-${++sent}`,
    version: 0,
    ...place,
    author,
    at,
    text: draft.text,
    blocks: [],
    files: draft.files,
    reactions: {},
    replies: 0,
    last_reply: null,
    audience: null,
    edited: false,
    deleted: false,
    quote: draft.quote,
    pending: true,
  };
}
