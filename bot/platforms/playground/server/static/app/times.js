/** Times, in the reader's own zone and language. */

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const LONG_AGO = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  year: "numeric",
});
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** @param {Date} at */
function midnight(at) {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

/** Whole days from `at` to today: 1 is yesterday. @param {Date} at */
function daysAgo(at) {
  return Math.round((midnight(new Date()) - midnight(at)) / 86_400_000);
}

/** As short as it can be understood today: "14:02", "yesterday, 14:02", "3 Nov, 14:02". @param {string} iso */
export function moment(iso) {
  const at = new Date(iso);
  const days = daysAgo(at);
  if (days === 0) return CLOCK.format(at);
  if (days === 1) return `yesterday, ${CLOCK.format(at)}`;
  if (days === -1) return `tomorrow, ${CLOCK.format(at)}`;
  const isThisYear = at.getFullYear() === new Date().getFullYear();
  return `${(isThisYear ? DATE : LONG_AGO).format(at)}, ${CLOCK.format(at)}`;
}

/** By minute: a message says its time thrice. @type {Map<number, string>} */
const clocks = new Map();

/** @param {string} iso */
export function clock(iso) {
  const at = Date.parse(iso);
  const minute = Math.floor(at / 60_000);
  const known = clocks.get(minute);
  if (known) return known;
  if (clocks.size >= 1_000) clocks.clear();
  const made = CLOCK.format(at);
  clocks.set(minute, made);
  return made;
}

/** A day's name: "Today", "Yesterday", "Monday, 23 November". @param {string} iso */
export function day(iso) {
  const at = new Date(iso);
  const days = daysAgo(at);
  if (days === 0) return "Today";
  return days === 1 ? "Yesterday" : DAY.format(at);
}

/** @param {string} one @param {string} other */
export function isSameDay(one, other) {
  return midnight(new Date(one)) === midnight(new Date(other));
}

const WORDS = { moment, clock, day };

/**
 * A time as an element that says all when it is pointed at, and stays right after midnight.
 * @param {string} iso
 * @param {keyof typeof WORDS} style
 */
export function timeElement(iso, style = "moment") {
  const made = document.createElement("time");
  made.dateTime = iso;
  made.dataset.style = style;
  made.textContent = WORDS[style](iso);
  made.title = WHOLE.format(new Date(iso));
  return made;
}

let today = midnight(new Date());
setInterval(() => {
  const now = midnight(new Date());
  if (now === today) return;
  today = now;
  for (const shown of /** @type {NodeListOf<HTMLTimeElement>} */ (
    document.querySelectorAll("time[data-style]")
  )) {
    shown.textContent = WORDS[/** @type {keyof typeof WORDS} */ (shown.dataset.style)](
      shown.dateTime,
    );
  }
}, 30_000);
