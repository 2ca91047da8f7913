/** The list of places, and who one is here. */

/** @import {Channel, User} from "./types.js" */
/** @import {World} from "./world.js" */
/** @import {Route} from "./route.js" */

import { el, icon, unseen } from "./dom.js";
import { openMenu } from "./menu.js";
import { avatar } from "./message.js";
import { address } from "./route.js";
import { nextTheme, themeName } from "./theme.js";

const PATIENCE = 1_200; // milliseconds without a connection before it is worth a word

/** @typedef {{become: (user: User) => void, lab: () => void, keys: () => void}} Deeds */

export class Sidebar {
  /** @type {Route} */ #route = { view: "list" };
  /** @type {number | undefined} */ #patience;

  /** @param {World} world @param {Deeds} deeds */
  constructor(world, deeds) {
    this.world = world;
    this.deeds = deeds;
    this.list = el("nav", { class: "places", "aria-label": "Places" });
    this.state = el("p", { class: "connection", role: "status" });
    const title = el("h1", {}, icon("path"), el("span", {}, world.workspace.name));
    this.element = el(
      "section",
      { class: "sidebar", "aria-label": "Workspace" },
      title,
      this.#persona(),
      this.list,
      this.state,
      this.#footer(),
    );
    world.channelsChanged.on(() => this.show(this.#route));
    world.live.on((live) => this.#showLive(live));
  }

  /** @param {Route} route */
  show(route) {
    this.#route = route;
    const shared = this.world.channels.filter((channel) => !channel.direct);
    const direct = this.world.channels.filter((channel) => channel.direct);
    const focused =
      document.activeElement instanceof HTMLAnchorElement
        ? document.activeElement.getAttribute("href")
        : null;
    const home = /** @type {Route} */ ({ view: "home" });
    this.list.replaceChildren(
      el("ul", {}, this.#entry(home, [icon("home"), el("span", { class: "name" }, "Home")], "")),
      el("h2", {}, "Channels"),
      el("ul", {}, ...shared.map((channel) => this.#channel(channel))),
      el("h2", {}, "Direct"),
      el("ul", {}, ...direct.map((channel) => this.#channel(channel))),
    );
    const again = focused && this.list.querySelector(`a[href="${CSS.escape(focused)}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {Channel} channel */
  #channel(channel) {
    const bot = this.world.bot?.name ?? "ResolutionFlow";
    const mark = channel.direct
      ? icon("path")
      : el("span", { class: "hash", "aria-hidden": "true" }, "#");
    const absent = channel.writable
      ? null
      : el("span", { class: "absent", title: `${bot} is not in this channel` }, "without bot");
    const words = [
      mark,
      el("span", { class: "name" }, channel.direct ? bot : channel.name),
      absent,
    ];
    return this.#entry({ view: "channel", channel: channel.id, thread: null }, words, channel.id);
  }

  /** @param {Route} route @param {(Node | null)[]} words @param {string} channel */
  #entry(route, words, channel) {
    const now = this.#route;
    const isHere = route.view === now.view && (now.view !== "channel" || now.channel === channel);
    const waiting = this.world.waiting.get(channel) ?? 0;
    const badge = waiting
      ? el("span", { class: "waiting" }, String(waiting), unseen(" new"))
      : null;
    return el(
      "li",
      {},
      el("a", { href: address(route), "aria-current": isHere ? "page" : null }, ...words, badge),
    );
  }

  #persona() {
    const { me } = this.world;
    const button = el(
      "button",
      {
        type: "button",
        class: "persona",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        onclick: () => this.#choose(button),
      },
      avatar(me, me.id),
      el(
        "span",
        { class: "who" },
        unseen("You are "),
        el("strong", {}, me.name),
        el("small", {}, me.about || (me.guest ? "Guest" : "Member")),
      ),
      el("span", { class: "change" }, unseen("Switch"), icon("chevron")),
    );
    return button;
  }

  /** @param {HTMLElement} anchor */
  #choose(anchor) {
    const people = this.world.workspace.users.filter((user) => !user.bot);
    const entries = people.map((user) => ({
      label: user.name,
      about: user.about,
      checked: user.id === this.world.me.id,
      action: `be-${user.id}`,
      pick: () => this.deeds.become(user),
    }));
    openMenu(anchor, entries, "Play somebody else");
  }

  #footer() {
    const theme = el(
      "button",
      { type: "button", onclick: () => (theme.lastChild ?? theme).replaceWith(nextTheme()) },
      icon("contrast"),
      themeName(),
    );
    const keys = el(
      "button",
      { type: "button", onclick: this.deeds.keys },
      icon("keyboard"),
      "Keys",
    );
    const lab = el(
      "button",
      { type: "button", onclick: this.deeds.lab },
      icon("tune"),
      "Playground",
    );
    return el("footer", {}, lab, keys, theme);
  }

  /** Quiet while all is well, and for the moment in which a connection is made anew. @param {boolean} live */
  #showLive(live) {
    if (!live) {
      this.#patience ??= setTimeout(() => this.#say("Reconnecting…"), PATIENCE);
      return;
    }
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#say("");
  }

  /** @param {string} words */
  #say(words) {
    this.state.textContent = words;
    document.body.classList.toggle("offline", words !== "");
  }
}
