/** Telling whoever listens. */

/** @template T */
export class Signal {
  /** @type {Set<(value: T) => void>} */
  #listeners = new Set();

  /** Listen; what comes back stops it. @param {(value: T) => void} listener */
  on(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {T} value */
  fire(value) {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
