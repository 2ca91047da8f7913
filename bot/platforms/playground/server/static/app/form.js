/** A form of the bot: filled in, sent, corrected. What was typed stays until it was accepted. */

/** @import {Api} from "./api.js" */
/** @import {OpenForm, Outcome} from "./types.js" */

import { sentence } from "./api.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { fieldElement, flaw } from "./fields.js";
import { prose } from "./prose.js";
import { recallHere, rememberHere } from "./remembered.js";

let forms = 0;

/** @param {OpenForm} open @param {{api: Api, accepted: (outcome: Outcome) => void}} options */
export function openForm({ id, form }, { api, accepted }) {
  const kept = `form:${api.base}:${form.token}`;
  const fields = form.fields.map((field) => fieldElement(field, `form-${++forms}`));
  const values = () => Object.fromEntries(fields.map((field) => [field.name, field.value()]));
  const alarm = el("p", { class: "alarm", role: "alert" });
  const submit = el("button", { type: "submit", class: "primary" }, form.submit);
  const cancel = el(
    "button",
    { type: "button", class: "quiet", onclick: () => dialog.close() },
    "Not now",
  );
  const restored = el("p", { class: "restored", hidden: true });
  const body = el(
    "form",
    { novalidate: true },
    form.prose ? el("div", { class: "prose" }, prose(form.prose)) : null,
    restored,
    ...fields.map((field) => field.element),
    alarm,
    el("footer", {}, cancel, submit),
  );
  let isBusy = false;

  restore();
  body.addEventListener("input", () => rememberHere(kept, JSON.stringify(values())));
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  const dialog = openDialog(form.title, [body]);
  fields[0].focus();

  function restore() {
    const before = recallHere(kept);
    if (!before) return;
    const typed = JSON.parse(before);
    for (const field of fields) if (field.name in typed) field.set(typed[field.name]);
    const again = el(
      "button",
      { type: "button", class: "small", onclick: startOver },
      "Start over",
    );
    restored.append("What you typed before is still here. ", again);
    restored.hidden = false;
  }

  function startOver() {
    rememberHere(kept, null);
    for (const [at, field] of fields.entries()) field.set(form.fields[at].value);
    restored.hidden = true;
    fields[0].focus();
  }

  /** @param {Record<string, string>} errors @returns {boolean} whether there are any */
  function complain(errors) {
    for (const field of fields) field.complain(errors[field.name] ?? "");
    const wrong = fields.filter((field) => errors[field.name]);
    const others = Object.entries(errors).filter(
      ([name]) => !fields.some((field) => field.name === name),
    );
    const count =
      wrong.length === 1
        ? "One answer needs another look."
        : `${wrong.length} answers need another look.`;
    alarm.textContent = [wrong.length ? count : "", ...others.map(([, words]) => words)]
      .join(" ")
      .trim();
    wrong[0]?.focus();
    return wrong.length + others.length > 0;
  }

  async function send() {
    if (isBusy) return;
    const flaws = form.fields.map((field, at) => [field.name, flaw(field, fields[at].value())]);
    if (complain(Object.fromEntries(flaws.filter(([, words]) => words)))) return;
    isBusy = true;
    submit.classList.add("busy");
    try {
      settle(await api.fill(id, values()));
    } catch (error) {
      alarm.textContent = sentence(error);
    } finally {
      isBusy = false;
      submit.classList.remove("busy");
    }
  }

  /** @param {Outcome} outcome */
  function settle(outcome) {
    if (outcome.failed) alarm.textContent = outcome.failed;
    else if (!complain(outcome.errors)) {
      rememberHere(kept, null);
      dialog.close();
      accepted(outcome);
    }
  }
}
