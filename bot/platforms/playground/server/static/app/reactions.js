/** Reactions, in words: a picture alone would say nothing to who cannot see or guess it. */

/** @import {Message} from "./types.js" */
/** @import {World} from "./world.js" */

import { el, icon } from "./dom.js";

/** @type {Record<string, {word: string, icon: keyof typeof import("./icons.js").ICONS, offer?: string}>} */
export const REACTIONS = {
  taken: { word: "Noted", icon: "check" },
  answered: { word: "Answered", icon: "check" },
  "not-taken": { word: "Not kept", icon: "cross" },
  "no-entry": { word: "Kept out", icon: "noEntry", offer: "Keep out of the ticket" },
  "thumbs-up": { word: "Good", icon: "thumb", offer: "Good" },
  eyes: { word: "Looking", icon: "eye", offer: "Looking into it" },
};

/** @param {Message} message @param {World} world */
export function reactionRow(message, world) {
  const row = el("div", { class: "reactions" });
  const isOut = Boolean(message.reactions["no-entry"]?.length);
  for (const [name, by] of Object.entries(message.reactions))
    if (by.length && !(isOut && name === "taken")) row.append(chip(name, by, world));
  return row;
}

/** @param {string} name @param {string[]} by @param {World} world */
function chip(name, by, world) {
  const kind = REACTIONS[name] ?? { word: name, icon: "check" };
  const who = by.map((id) => world.name(id)).join(", ");
  const count = by.length > 1 ? ` ${by.length}` : "";
  const words = [icon(kind.icon), `${kind.word}${count}`];
  if (!kind.offer) return el("span", { class: `chip ${name}`, title: `By ${who}` }, ...words);
  const isMine = by.includes(world.me.id);
  const title = isMine ? `By ${who}. Press to take yours back.` : `By ${who}. Press to join in.`;
  return el(
    "button",
    {
      type: "button",
      class: `chip ${name}`,
      title,
      "data-do": "react",
      "data-reaction": name,
      "aria-pressed": String(isMine),
    },
    ...words,
  );
}
