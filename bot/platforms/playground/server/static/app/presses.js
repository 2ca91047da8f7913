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
  async press(message, action, button) {
    if (this.#busy.has(message)) return;
    this.#busy.add(message);
    this.last = performance.now();
    this.byCommand = false;
    const card = button?.closest(".message") ?? null;
    button?.classList.add("busy");
    card?.setAttribute("aria-busy", "true");
    try {
      const outcome = await this.world.api.click(message === HOME ? "" : message, action);
      this.answered.fire({ outcome, message });
    } catch (problem) {
      this.failed.fire({ problem, message });
    } finally {
      this.#busy.delete(message);
      button?.classList.remove("busy");
      card?.removeAttribute("aria-busy");
    }
  }
}
