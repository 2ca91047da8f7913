/** The playground's own dialog: faults to try, channels, a second person in another window. */

/** @import {Faults} from "./types.js" */
/** @import {World} from "./world.js" */

import { addChannel, faults, letIn, sentence, setFaults } from "./api.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";

/** @type {{name: keyof Faults, label: string, max: number, step: number, unit: (value: number) => string}[]} */
const FAULTS = [
  {
    name: "drop_events",
    label: "Lose events on their way to the bot",
    max: 1,
    step: 0.05,
    unit: share,
  },
  {
    name: "repeat_events",
    label: "Deliver events twice, with new ids",
    max: 1,
    step: 0.05,
    unit: share,
  },
  { name: "delay", label: "Delay every event", max: 10, step: 0.1, unit: (value) => `${value} s` },
  {
    name: "lose_answers",
    label: "Do what the bot asks, but answer with 502",
    max: 1,
    step: 0.05,
    unit: share,
  },
  {
    name: "unavailable",
    label: "Refuse what the bot asks with 503",
    max: 1,
    step: 0.05,
    unit: share,
  },
  {
    name: "rate",
    label: "Bot calls a second in a channel",
    max: 50,
    step: 1,
    unit: (value) => (value ? String(value) : "no limit"),
  },
];

/** @param {number} value */
function share(value) {
  return `${Math.round(value * 100)} %`;
}

/** @param {World} world */
export function openLab(world) {
  const status = el("p", { class: "alarm", role: "status" });
  const say = (/** @type {unknown} */ error) => (status.textContent = error ? sentence(error) : "");
  const parts = [
    section("Two people at once", windows(world)),
    section("Channels", channels(world, say)),
    section("Faults", trouble(say)),
    status,
  ];
  openDialog("Playground", parts, { wide: true });
}

/** @param {string} title @param {HTMLElement} body */
function section(title, body) {
  return el("section", {}, el("h3", {}, title), body);
}

/** @param {World} world */
function windows(world) {
  const others = world.workspace.users.filter((user) => !user.bot && user.id !== world.me.id);
  const links = others.map((user) =>
    el(
      "li",
      {},
      el(
        "a",
        {
          href: `?as=${encodeURIComponent(user.id)}${location.hash}`,
          target: "_blank",
          rel: "noopener",
        },
        `Open a window as ${user.name}`,
      ),
    ),
  );
  return el("ul", { class: "windows" }, ...links);
}

/** @param {World} world @param {(error: unknown) => void} say */
function channels(world, say) {
  const list = el("div", { class: "choices" });
  const draw = () =>
    list.replaceChildren(...world.channels.filter((channel) => !channel.direct).map(present));
  const name = el("input", { type: "text", id: "new-channel", maxlength: 75, autocomplete: "off" });
  const add = el(
    "form",
    { class: "inline" },
    el("label", { for: "new-channel" }, "New channel"),
    name,
    el("button", { type: "submit" }, "Add"),
  );
  add.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = name.value.trim().replace(/^#/, "");
    if (!wanted) return name.focus();
    await attempt(() => addChannel(wanted, true));
    name.value = "";
  });
  draw();
  return el("div", {}, list, add);

  /** @param {() => Promise<unknown>} deed */
  async function attempt(deed) {
    try {
      await deed();
      await world.refreshChannels();
      say(null);
    } catch (error) {
      say(error);
    }
    draw();
  }

  /** @param {import("./types.js").Channel} channel */
  function present(channel) {
    const box = el("input", { type: "checkbox", checked: channel.writable });
    box.addEventListener("change", () => void attempt(() => letIn(channel.id, box.checked)));
    return el(
      "label",
      { class: "choice" },
      box,
      el("span", {}, `${world.bot?.name ?? "ResolutionFlow"} is in #${channel.name}`),
    );
  }
}

/** @param {(error: unknown) => void} say */
function trouble(say) {
  const body = el(
    "div",
    { class: "faults" },
    el(
      "p",
      {},
      "What the chat server does wrong on purpose, to see that nothing is lost. It stays so until it is taken back.",
    ),
  );
  faults().then((now) => body.append(...sliders(now, say)), say);
  return body;
}

/** @param {Faults} now @param {(error: unknown) => void} say */
function sliders(now, say) {
  const wanted = { ...now };
  const rows = FAULTS.map(({ name, label, max, step, unit }) => {
    const output = el("output", { for: `fault-${name}` }, unit(wanted[name]));
    const slider = el("input", {
      type: "range",
      id: `fault-${name}`,
      min: 0,
      max,
      step,
      value: wanted[name],
    });
    slider.addEventListener("input", () => (output.textContent = unit(Number(slider.value))));
    slider.addEventListener("change", () => {
      wanted[name] = Number(slider.value);
      setFaults(wanted).then(() => say(null), say);
    });
    return {
      name,
      slider,
      output,
      element: el(
        "div",
        { class: "fault" },
        el("label", { for: `fault-${name}` }, label),
        slider,
        output,
      ),
    };
  });
  const clear = el(
    "button",
    { type: "button", class: "quiet", onclick: () => rows.forEach(reset) },
    "Everything works again",
  );
  return [...rows.map((row) => row.element), clear];

  /** @param {typeof rows[number]} row */
  function reset({ slider }) {
    slider.value = "0";
    slider.dispatchEvent(new Event("input"));
    slider.dispatchEvent(new Event("change"));
  }
}
