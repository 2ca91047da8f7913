/** Where the page begins: sign in if that is asked for, then play whoever was played last. */

/** @import {User, Workspace} from "./types.js" */

import { App } from "./app.js";
import { Problem, locked, sentence, workspace } from "./api.js";
import { el, the } from "./dom.js";
import { recall, recallHere, remember, rememberHere } from "./remembered.js";
import { askToSignIn } from "./signin.js";
import { World } from "./world.js";

/** @type {App | null} */
let app = null;

/** @param {Workspace} place @param {User} me */
async function play(place, me) {
  rememberHere("as", me.id);
  remember("as", me.id);
  app?.close();
  const world = new World(place, me);
  app = new App(world, (user) => void play(place, user));
  await world.open();
}

/** Whoever the address names (`?as=kim`), or who was played in this window, or in any. @param {Workspace} place */
function whom(place) {
  const people = place.users.filter((user) => !user.bot);
  const asked = new URLSearchParams(location.search).get("as");
  if (asked) history.replaceState(null, "", location.pathname + location.hash);
  const wanted = [asked, recallHere("as"), recall("as")];
  for (const id of wanted) {
    const found = people.find((user) => user.id === id);
    if (found) return found;
  }
  return people[0];
}

async function start() {
  try {
    const place = await workspace();
    await play(place, whom(place));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return;
    const again = el(
      "button",
      { type: "button", class: "primary", onclick: () => void start() },
      "Try again",
    );
    the("#app").replaceChildren(
      el(
        "main",
        { class: "nothing" },
        el("h1", {}, "The playground did not open"),
        el("p", { role: "alert" }, sentence(error)),
        again,
      ),
    );
  }
}

locked.on(() => {
  app?.close();
  void askToSignIn().then(start);
});
void start();
