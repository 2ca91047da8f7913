/** The thread pane: what a session lives in. */

/** @import {Channel, Message} from "./types.js" */
/** @import {Presses} from "./presses.js" */
/** @import {World} from "./world.js" */

import { Conversation } from "./conversation.js";
import { el, iconButton } from "./dom.js";
import { go } from "./route.js";

export class ThreadPane {
  /** @type {() => unknown} */ #leave = () => undefined;

  /** @param {World} world @param {Presses} presses */
  constructor(world, presses) {
    this.world = world;
    this.talk = new Conversation(world, presses, { inThread: true, label: "Thread" });
    this.about = el("p", { class: "about" });
    this.talk.title.textContent = "Thread";
    const back = iconButton("back", "Back to the channel", {
      class: "icon-button back",
      onclick: () => this.close(),
    });
    const close = iconButton("close", "Close the thread (Esc)", {
      class: "icon-button close",
      onclick: () => this.close(),
    });
    const header = el(
      "header",
      { class: "pane-header" },
      back,
      el("div", {}, this.talk.title, this.about),
      close,
    );
    this.element = el(
      "aside",
      { class: "pane thread", "aria-label": "Thread", hidden: true },
      header,
      this.talk.timeline.element,
      this.talk.composer.element,
    );
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** @param {Channel} channel @param {string} root @param {{focus: boolean}} options */
  show(channel, root, { focus }) {
    this.element.hidden = false;
    this.about.textContent = `Thread in #${channel.name}`;
    const place = { channel: channel.id, thread: root };
    const feed = this.world.feed(place);
    this.#leave();
    this.#leave = feed.changed.on(() => this.#name(feed.root));
    this.#name(feed.root ?? this.world.message(root) ?? null);
    void this.talk.open(place, "Reply: note, number or /flow");
    if (focus) this.talk.title.focus();
  }

  hide() {
    this.element.hidden = true;
    this.#leave();
    this.talk.shut();
  }

  /** A thread is called what the message it hangs under is about. @param {Message | null} root */
  #name(root) {
    const heading = root?.blocks.find((block) => block.type === "heading");
    const title = heading?.type === "heading" ? heading.text : "Thread";
    if (this.talk.title.textContent !== title) this.talk.title.textContent = title;
    this.element.setAttribute("aria-label", title === "Thread" ? title : `Thread: ${title}`);
  }

  /** Back to the channel. */
  close() {
    const { place } = this.talk;
    if (place) go({ view: "channel", channel: place.channel, thread: null });
  }
}
