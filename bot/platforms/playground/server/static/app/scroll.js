/**
 * Where a timeline stands: at its newest message and staying there, or wherever it was scrolled to,
 * with a pill that says so when something comes below.
 */

const NEAR = 48; // pixels

export class Scroll {
  #follows = true;
  /** Where it stood last. */ #top = 0;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} content
   * @param {HTMLElement} pill
   * @param {() => HTMLElement | undefined} last  the newest message
   */
  constructor(scroller, content, pill, last) {
    this.scroller = scroller;
    this.pill = pill;
    this.last = last;
    // Whatever grows (a message, a picture, the box one writes in), the newest stays in sight.
    const sizes = new ResizeObserver(() => this.#follows && this.#go());
    sizes.observe(content);
    sizes.observe(scroller);
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
  }

  toNewest() {
    this.#follows = true;
    this.pill.hidden = true;
    this.#go();
  }

  /** Stay here, whatever comes. */
  release() {
    this.#follows = false;
  }

  /** Go to a message: in the middle, or where it begins if it is taller than the screen. @param {HTMLElement} message */
  show(message) {
    const spare = this.scroller.clientHeight - message.offsetHeight;
    this.release();
    this.scroller.scrollTop = spare > 0 ? message.offsetTop - spare / 2 : beginning(message);
    this.#top = this.scroller.scrollTop;
  }

  /** A message came at the end; `isMine`: written by, or brought about by, who looks. @param {boolean} isMine */
  arrived(isMine) {
    if (isMine) this.toNewest();
    else if (!this.#follows) this.pill.hidden = false;
  }

  /** Call what comes back after adding something above, to stand where one stood. */
  keep() {
    const { scrollHeight, scrollTop } = this.scroller;
    return () => {
      if (this.#follows || (!scrollTop && !scrollHeight)) return;
      this.scroller.scrollTop = scrollTop + this.scroller.scrollHeight - scrollHeight;
    };
  }

  #go() {
    this.scroller.scrollTop = this.#target();
    this.#top = this.scroller.scrollTop;
  }

  /** The end; but of a newest message taller than the screen, its warning or its question comes first. */
  #target() {
    const { scrollHeight, clientHeight } = this.scroller;
    const end = scrollHeight - clientHeight;
    const newest = this.last();
    if (!newest || newest.offsetHeight < clientHeight) return end;
    return Math.min(end, beginning(newest));
  }

  /** Only going up is leaving: what grows below comes with scroll events of its own. */
  #scrolled() {
    const { scrollTop } = this.scroller;
    if (scrollTop >= this.#target() - NEAR) {
      this.#follows = true;
      this.pill.hidden = true;
    } else if (scrollTop < this.#top - 1) this.#follows = false;
    this.#top = scrollTop;
  }
}

/** Where a tall message is read from: of a step, its warning or its question. @param {HTMLElement} message */
function beginning(message) {
  const first = message.matches(".step") ? message.querySelector(".notice, .question") : null;
  const within = first instanceof HTMLElement ? first.offsetTop - 16 : 0;
  return message.offsetTop + within - 8;
}
