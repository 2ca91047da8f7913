/**
 * The way back to the step: a quiet button at the lower edge of a timeline, there while neither the
 * question nor its answers are in sight.
 */

import { el, icon } from "./dom.js";

const EDGE = 32; // pixels of the scroller's edges that do not count as in sight

export class Way {
  /** What is in sight of the step. @type {Set<Element>} */ #seen = new Set();

  /** @param {HTMLElement} scroller @param {() => unknown} go */
  constructor(scroller, go) {
    this.asked = el("span", { class: "asked" });
    this.element = el(
      "button",
      { type: "button", class: "way", hidden: true, "aria-keyshortcuts": "s", onclick: go },
      icon("down"),
      el("strong", {}, "To the step"),
      this.asked,
      el("kbd", { "aria-hidden": "true" }, "s"),
    );
    this.scroller = scroller;
    this.sight = new IntersectionObserver((entries) => this.#look(entries), {
      root: scroller,
      rootMargin: `-${EDGE}px 0px`,
    });
  }

  /** The step it leads to now, if any. @param {HTMLElement | null} step */
  lead(step) {
    this.sight.disconnect();
    this.#seen.clear();
    if (!step) return this.#show(false);
    const question = step.querySelector(".question");
    const said = question?.textContent?.replace(/\s+/g, " ").trim() ?? "";
    if (this.asked.textContent !== said) this.asked.textContent = said;
    for (const part of [question, step.querySelector(".answers")])
      if (part) this.sight.observe(part);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #look(entries) {
    for (const { target, isIntersecting, boundingClientRect, rootBounds } of entries) {
      if (isIntersecting) this.#seen.add(target);
      else this.#seen.delete(target);
      const isAbove = boundingClientRect.top < (rootBounds?.top ?? 0);
      this.element.classList.toggle("up", isAbove);
    }
    this.#show(this.#seen.size === 0);
  }

  /** @param {boolean} on */
  #show(on) {
    if (!on && document.activeElement === this.element) this.scroller.focus();
    this.element.hidden = !on;
  }
}
