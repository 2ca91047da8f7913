/** The page as one person uses it: which panes show what, and what goes between them. */

/** @import {Message, User} from "./types.js" */
/** @import {World} from "./world.js" */

import { announce } from "./announce.js";
import { sentence } from "./api.js";
import { ChannelPane } from "./channel.js";
import { listenForDeeds } from "./deeds.js";
import { isNarrow, the } from "./dom.js";
import { HomePane } from "./home.js";
import { listenForKeys, showKeys } from "./keys.js";
import { openLab } from "./lab.js";
import { closeMenu } from "./menu.js";
import { HOME, Presses } from "./presses.js";
import { recall, remember } from "./remembered.js";
import { go, here } from "./route.js";
import { Sidebar } from "./sidebar.js";
import { ThreadPane } from "./thread.js";

const EXPECTED = 8_000; // milliseconds in which a session one starts shows up

export class App {
  #end = new AbortController();
  /** Where a session of this person is about to begin, until when. */
  #expected = { channel: "", until: 0 };
  /** @type {import("./route.js").Route} */ #route = { view: "list" };
  #focusThread = false;

  /** @param {World} world @param {(user: User) => void} become */
  constructor(world, become) {
    this.world = world;
    this.presses = new Presses(world);
    this.sidebar = new Sidebar(world, { become, lab: () => openLab(world), keys: showKeys });
    this.channel = new ChannelPane(world, this.presses);
    this.thread = new ThreadPane(world, this.presses);
    this.home = new HomePane(world);
    the("#app").replaceChildren(this.sidebar.element, this.#main(), this.thread.element);
    this.#listen();
    this.#follow();
  }

  /** Somebody else takes over the page. */
  close() {
    this.#end.abort();
    this.world.close();
  }

  /** Where one talks now: the thread if one is open. */
  get talk() {
    return this.thread.isOpen ? this.thread.talk : this.channel.talk;
  }

  /** The conversation that an element is in. @param {Element} element */
  talkOf(element) {
    return this.thread.element.contains(element) ? this.thread.talk : this.channel.talk;
  }

  /** @param {string} message @param {string} action @param {HTMLElement | null} button */
  press(message, action, button) {
    const channel = this.world.message(message);
    if (message === HOME || channel?.thread === null) this.#expect(channel?.channel ?? "");
    void this.presses.press(message, action, button);
  }

  /** @param {string} id */
  openThread(id) {
    const message = this.world.message(id);
    if (!message) return;
    this.#focusThread = true;
    go({ view: "channel", channel: message.channel, thread: id });
  }

  /** @param {Message} message */
  canThread(message) {
    return (
      message.thread === null &&
      !this.world.channel(message.channel)?.direct &&
      message.audience === null &&
      !this.thread.isOpen
    );
  }

  /** Show a message that another one quotes. @param {string} id */
  jump(id) {
    const row = this.talk.timeline.row(id) ?? this.channel.talk.timeline.row(id);
    if (!row) return announce("That message is further up.");
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  }

  #main() {
    const main = document.createElement("main");
    main.append(this.channel.element, this.home.element);
    return main;
  }

  #listen() {
    const { signal } = this.#end;
    const { world, presses } = this;
    listenForDeeds(this, signal);
    listenForKeys(
      {
        answer: (digit) => this.#answer(digit),
        write: () => this.talk.composer.begin(),
        leave: () => this.#leave(),
        move: (by) => this.#move(by),
        step: () => this.talk.timeline.toStep(),
      },
      signal,
    );
    window.addEventListener("hashchange", () => this.#follow(), { signal });
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    world.channelsChanged.on(() => this.#refresh());
    world.reloaded.on(() => this.#follow());
    world.arrived.on((message) => this.#arrived(message));
    presses.answered.on(({ outcome, message }) =>
      (message === HOME ? this.home : this.#talkAbout(message)).settle(outcome),
    );
    presses.failed.on(({ problem, message }) =>
      (message === HOME ? this.home : this.#talkAbout(message)).fail(sentence(problem)),
    );
    this.channel.talk.commanded.on(({ channel }) => this.#expect(channel));
  }

  /** Show what the address says. */
  #follow() {
    const route = here();
    const before = this.#route;
    const isBare = !isNarrow() || location.hash === ""; // who only opens the page wants to talk
    if (route.view === "list" && isBare && this.world.channels.length) return this.#goFirst();
    this.#route = route;
    closeMenu(false);
    document.body.dataset.pane =
      route.view === "channel" && route.thread ? "thread" : route.view === "list" ? "list" : "main";
    this.sidebar.show(route);
    this.channel.element.hidden = route.view === "home";
    if (route.view === "home") void this.home.show();
    else this.home.hide();
    if (route.view === "channel") this.#showChannel(route, before);
    else this.thread.hide();
    remember("route", location.hash);
    this.#look();
  }

  /** @param {{channel: string, thread: string | null}} route @param {import("./route.js").Route} before */
  #showChannel({ channel: id, thread }, before) {
    const channel = this.world.channel(id);
    if (!channel) return void (this.world.channels.length && this.#goFirst());
    this.channel.show(channel);
    const wasThread = before.view === "channel" && before.thread;
    if (thread && !channel.direct) this.thread.show(channel, thread, { focus: this.#focusThread });
    else {
      this.thread.hide();
      if (wasThread) this.#focusRoot(wasThread);
    }
    this.#focusThread = false;
  }

  /** After a thread was closed: back to what it hangs under. @param {string} root */
  #focusRoot(root) {
    const row = this.channel.talk.timeline.row(root);
    const line = row?.querySelector(".thread-line") ?? row;
    if (line instanceof HTMLElement) line.focus();
  }

  #goFirst() {
    const { channels } = this.world;
    const last = /^#\/channel\/([^/]+)/.exec(recall("route") ?? "")?.[1];
    const channel =
      channels.find((known) => known.id === last) ??
      channels.find((known) => known.writable) ??
      channels[0];
    go({ view: "channel", channel: channel.id, thread: null }, { replace: true });
  }

  #refresh() {
    if (this.#route.view === "list" || !this.channel.channel) return this.#follow();
    const channel = this.world.channel(this.channel.channel.id);
    if (channel) this.channel.refresh(channel);
    this.#title();
  }

  #look() {
    const route = this.#route;
    if (route.view === "channel" && !document.hidden)
      this.world.look({ channel: route.channel, thread: route.thread });
    else this.world.looking = null;
    this.#title();
  }

  #title() {
    const waiting = [...this.world.waiting.values()].reduce((sum, count) => sum + count, 0);
    const where = this.#route.view === "home" ? "Home" : this.channel.talk.title.textContent;
    document.title = `${waiting ? `(${waiting}) ` : ""}${where} · ${this.world.workspace.name}`;
  }

  /** @param {string} digit */
  #answer(digit) {
    const { step } = this.talk.timeline;
    const button = step?.querySelector(`[data-do="press"][data-key="${digit}"]`);
    if (!step || !(button instanceof HTMLElement)) return false;
    if (!this.thread.isOpen && !this.channel.channel?.direct) return false;
    this.press(step.dataset.message ?? "", button.dataset.action ?? "", button);
    return true;
  }

  #leave() {
    if (closeMenu()) return true;
    if (!this.thread.isOpen) return false;
    this.thread.close();
    return true;
  }

  /** @param {number} by */
  #move(by) {
    const rows = /** @type {HTMLElement[]} */ ([
      ...this.talk.timeline.element.querySelectorAll(".message"),
    ]);
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const to = at < 0 ? rows.length - 1 : Math.max(0, Math.min(rows.length - 1, at + by));
    rows[to]?.focus();
    rows[to]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} channel  "" for any */
  #expect(channel) {
    this.#expected = { channel, until: performance.now() + EXPECTED };
  }

  /** A session that one has just started is opened beside the channel. @param {Message} message */
  #arrived(message) {
    const { channel, until } = this.#expected;
    const isExpected = performance.now() < until && (channel === "" || channel === message.channel);
    if (!isExpected || message.thread !== null || !this.world.isBot(message.author)) return;
    // The Home tab is answered in one's own conversation with the bot.
    if (this.world.channel(message.channel)?.direct)
      return void (
        channel === "" && go({ view: "channel", channel: message.channel, thread: null })
      );
    if (message.audience !== null) return;
    const isElsewhere = this.thread.isOpen || isNarrow() || !this.channel.talk.composer.isEmpty;
    this.#expected.until = 0;
    if (isElsewhere) return;
    this.#focusThread = true;
    go({ view: "channel", channel: message.channel, thread: message.id });
    announce("A thread was opened for it.");
  }

  /** @param {string} message */
  #talkAbout(message) {
    const { timeline } = this.thread.talk;
    return this.thread.isOpen && timeline.row(message) ? this.thread.talk : this.channel.talk;
  }
}
