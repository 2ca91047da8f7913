/** The channel pane: a channel, or the conversation with the bot alone. */

/** @import {Channel} from "./types.js" */
/** @import {Presses} from "./presses.js" */
/** @import {World} from "./world.js" */

import { letIn, sentence } from "./api.js";
import { Conversation } from "./conversation.js";
import { el, icon, iconButton } from "./dom.js";
import { go } from "./route.js";

const FIRST = "/flow vpn";

export class ChannelPane {
  /** @type {Channel | null} */ channel = null;

  /** @param {World} world @param {Presses} presses */
  constructor(world, presses) {
    this.world = world;
    this.talk = new Conversation(world, presses, { inThread: false, label: "Messages" });
    this.about = el("p", { class: "about" });
    this.absent = el("div", { class: "banner", hidden: true });
    const back = iconButton("back", "Back to the channels", {
      class: "icon-button back",
      onclick: () => go({ view: "list" }),
    });
    const header = el(
      "header",
      { class: "pane-header" },
      back,
      el("div", {}, this.talk.title, this.about),
    );
    this.element = el(
      "section",
      { class: "pane channel", "aria-label": "Channel" },
      header,
      this.absent,
      this.talk.timeline.element,
      this.talk.composer.element,
    );
  }

  /** @param {Channel} channel */
  show(channel) {
    this.channel = channel;
    this.refresh(channel);
    const placeholder = channel.direct
      ? "Type /flow and what is wrong"
      : `Message #${channel.name}, or type /flow`;
    void this.talk.open({ channel: channel.id, thread: null }, placeholder);
  }

  /** @param {Channel} channel */
  refresh(channel) {
    this.channel = channel;
    const bot = this.world.bot?.name ?? "ResolutionFlow";
    this.talk.title.textContent = channel.direct ? bot : `# ${channel.name}`;
    this.about.textContent = channel.direct ? `Only you and ${bot}, without threads` : channel.about;
    this.element.setAttribute(
      "aria-label",
      channel.direct ? `Conversation with ${bot}` : `Channel ${channel.name}`,
    );
    this.#showAbsent(channel, bot);
    this.#showEmpty(channel);
  }

  /** @param {Channel} channel @param {string} bot */
  #showAbsent(channel, bot) {
    this.absent.hidden = channel.writable;
    if (channel.writable) return;
    const invite = el(
      "button",
      { type: "button", class: "small", onclick: () => void this.#letIn(channel) },
      `Let ${bot} in`,
    );
    this.absent.replaceChildren(
      icon("info"),
      el("p", {}, `${bot} is not in this channel: it cannot write here.`),
      invite,
    );
  }

  /** @param {Channel} channel */
  async #letIn(channel) {
    try {
      await letIn(channel.id, true);
      await this.world.refreshChannels();
      this.talk.composer.focus();
    } catch (error) {
      this.talk.fail(sentence(error));
    }
  }

  /** @param {Channel} channel */
  #showEmpty(channel) {
    const fill = el(
      "button",
      { type: "button", class: "primary", onclick: () => this.talk.composer.fill(FIRST) },
      "Type it for me",
    );
    const words = channel.direct
      ? "to be guided through a problem, step by step."
      : "to be guided through a problem in a thread, step by step.";
    this.talk.timeline.empty.replaceChildren(
      icon("path"),
      el("p", {}, "Type ", el("code", {}, FIRST), ` ${words}`),
      fill,
    );
  }
}
