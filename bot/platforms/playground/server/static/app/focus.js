/** Keeping the focus where it means something while elements are replaced. */

/**
 * Change something within `element`. If the focused control is gone afterwards, the same control
 * (by its action) gets the focus; a step that is another one now is read from its question on, so
 * that nobody answers what they have not heard.
 * @param {HTMLElement | undefined} element
 * @param {() => void} change
 */
export function holdFocus(element, change) {
  const focused = document.activeElement;
  if (!element || !(focused instanceof HTMLElement) || !element.contains(focused)) return change();
  const { action, do: deed } = focused.dataset;
  change();
  if (element.contains(document.activeElement)) return;
  const same = action
    ? element.querySelector(`[data-action="${CSS.escape(action)}"]`)
    : deed && element.querySelector(`[data-do="${CSS.escape(deed)}"]`);
  if (same instanceof HTMLElement) same.focus({ preventScroll: true });
  else focusMessage(element);
}

/** @param {HTMLElement} element */
export function focusMessage(element) {
  const question = element.querySelector(".question");
  const to =
    question instanceof HTMLElement
      ? question
      : element.matches(".message")
        ? element
        : element.querySelector(".message");
  if (!(to instanceof HTMLElement)) return;
  to.tabIndex = -1;
  to.focus({ preventScroll: true });
}
