/** The API's limits, as bot/platforms/playground/wire.py has them. */

export const TEXT_LIMIT = 40_000; // characters (code points)
export const FILE_LIMIT = 30 * 1024 ** 2; // bytes
export const FILES = 10; // of a message

/** Length in characters as the API counts them: an emoji is one, not two. @param {string} text */
export function length(text) {
  let count = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00) count--;
  }
  return count;
}
