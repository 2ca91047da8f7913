/** Pressing a bot's button: seen at once, sent once, and what came of it. */

/** @import {Outcome} from "./types.js" */
/** @import {World} from "./world.js" */

import { Signal } from "./signal.js";

/** What a press on the Home tab names instead of a message. */
export const HOME = "home";

export class Presses {
  /** Messages whose button is on its way. @type {Set<string>} */ #busy = new Set();
  /** @type {Signal<{problem: unknown, message: string}>} */ failed = new Signal();
  /** @type {Signal<{outcome: Outcome, message: string}>} */ answered = new Signal();
  /** When the last press was made, in milliseconds; what follows soon is its doing. */
  last = -Infinity;
  /** Whether a command was typed after it. */
  byCommand = false;

  /** @param {World} world */
  constructor(world) {
    this.world = world;
  }

  /**
   * Press `action` of `message`; a second press before the first was answered does nothing.
   * @param {string} message
   * @param {string} action
   * @param {HTMLElement | null} button
   */
  press(message, action, button) {
    const click = () => this.world.api.click(message === HOME ? "" : message, action);
    return this.#send(message, button, click);
  }

  /**
   * Point at `message`: the bot is asked what to do with it.
   * @param {string} message
   * @param {"note" | "start"} purpose
   * @param {HTMLElement | null} button  that opened the menu
   */
  point(message, purpose, button) {
    return this.#send(message, button, () => this.world.api.point(message, purpose));
  }

  /**
   * @param {string} message
   * @param {HTMLElement | null} button
   * @param {() => Promise<Outcome>} asking
   */
  async #send(message, button, asking) {
    if (this.#busy.has(message)) return;
    this.#busy.add(message);
    this.last = performance.now();
    this.byCommand = false;
    const card = button?.closest(".message") ?? null;
    button?.classList.add("busy");
    card?.setAttribute("aria-busy", "true");
    try {
      this.answered.fire({ outcome: await asking(), message });
    } catch (problem) {
      this.failed.fire({ problem, message });
    } finally {
      this.#busy.delete(message);
      button?.classList.remove("busy");
      card?.removeAttribute("aria-busy");
    }
  }
}
