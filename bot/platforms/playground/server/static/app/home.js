/** The Home tab: what the bot shows somebody before anything is asked. */

/** @import {Outcome} from "./types.js" */
/** @import {World} from "./world.js" */

import { sentence } from "./api.js";
import { blockElement } from "./blocks.js";
import { el, icon, iconButton } from "./dom.js";
import { holdFocus } from "./focus.js";
import { openForm } from "./form.js";
import { HOME } from "./presses.js";
import { go } from "./route.js";

export class HomePane {
  /** @param {World} world */
  constructor(world) {
    this.world = world;
    this.title = el("h2", { tabindex: -1 }, "Home");
    this.page = el("article", {
      class: "message bot framed page",
      "data-message": HOME,
      tabindex: -1,
      "aria-label": "Home",
    });
    this.notes = el("div", { class: "notes" });
    const back = iconButton("back", "Back to the channels", {
      class: "icon-button back",
      onclick: () => go({ view: "list" }),
    });
    const header = el("header", { class: "pane-header" }, back, el("div", {}, this.title));
    const scroller = el(
      "div",
      { class: "scroller", tabindex: 0, role: "region", "aria-label": "Home" },
      this.notes,
      this.page,
    );
    this.element = el(
      "section",
      { class: "pane home", "aria-label": "Home tab", hidden: true },
      header,
      scroller,
    );
  }

  async show() {
    this.element.hidden = false;
    try {
      const content = await this.world.api.home();
      const blocks = content.blocks.map((block) => blockElement(block));
      holdFocus(this.page, () =>
        this.page.replaceChildren(...(blocks.length ? blocks : [el("p", {}, content.text)])),
      );
    } catch (error) {
      this.fail(sentence(error));
    }
  }

  hide() {
    this.element.hidden = true;
    this.notes.replaceChildren();
  }

  /** What came of a click here. @param {Outcome} outcome */
  settle(outcome) {
    if (outcome.failed) this.fail(outcome.failed);
    if (outcome.form)
      openForm(outcome.form, { api: this.world.api, accepted: (next) => this.settle(next) });
    else void this.show();
  }

  /** @param {string} words */
  fail(words) {
    const again = el(
      "button",
      { type: "button", class: "small", onclick: () => void this.#again() },
      "Try again",
    );
    this.notes.replaceChildren(
      el(
        "div",
        { class: "failure", role: "alert" },
        icon("warning"),
        el("p", {}, el("strong", {}, "That did not work. "), words),
        again,
      ),
    );
  }

  async #again() {
    this.notes.replaceChildren();
    this.page.focus();
    await this.show();
  }
}
