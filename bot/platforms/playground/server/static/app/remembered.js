/** What this browser remembers. Where it may not remember anything, everything else still works. */

/** @param {Storage} store @param {string} name */
function read(store, name) {
  try {
    return store.getItem(`playground:${name}`);
  } catch {
    return null;
  }
}

/** @param {Storage} store @param {string} name @param {string | null} value */
function write(store, name, value) {
  try {
    if (value === null || value === "") store.removeItem(`playground:${name}`);
    else store.setItem(`playground:${name}`, value);
  } catch {
    // Full, or forbidden: then it is remembered until the page closes, by whoever asked.
  }
}

/** @param {string} name */
export const recall = (name) => read(localStorage, name);
/** @param {string} name @param {string | null} value */
export const remember = (name, value) => write(localStorage, name, value);

/** Of this window alone: two windows may play two people. @param {string} name */
export const recallHere = (name) => read(sessionStorage, name);
/** @param {string} name @param {string | null} value */
export const rememberHere = (name, value) => write(sessionStorage, name, value);
