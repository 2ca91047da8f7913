/** A form's fields: label, help, control, error; every one knows its value as text. */

/** @import {Field} from "./types.js" */

import { el } from "./dom.js";
import { length } from "./limits.js";

const RADIOS = 6; // options up to which all of them are shown
const SEPARATOR = ", ";

/**
 * @typedef {object} Shown
 * @property {string} name
 * @property {HTMLElement} element
 * @property {() => string} value
 * @property {(value: string) => void} set
 * @property {(error: string) => void} complain  "" takes the complaint back
 * @property {() => void} focus
 */
/** @typedef {{element: HTMLElement, focusable: () => HTMLElement, value: () => string, set: (value: string) => void, isGroup?: boolean}} Control */

/** @param {Field} field @param {string} prefix  of ids @returns {Shown} */
export function fieldElement(field, prefix) {
  const id = `${prefix}-${field.name}`;
  const control = make(field, id);
  const help = field.help ? el("p", { class: "help", id: `${id}-help` }, field.help) : null;
  const error = el("p", { class: "error", id: `${id}-error`, hidden: true });
  const label = [
    field.label,
    field.required ? el("span", { class: "required" }, " (required)") : null,
  ];
  const element = control.isGroup
    ? el("fieldset", { class: "field" }, el("legend", {}, ...label), help, control.element, error)
    : el(
        "div",
        { class: "field" },
        el("label", { for: id }, ...label),
        help,
        control.element,
        error,
      );
  const described = control.isGroup ? element : control.element;
  const describe = () => {
    const ids = [help?.id, error.hidden ? null : error.id].filter(Boolean).join(" ");
    if (ids) described.setAttribute("aria-describedby", ids);
    else described.removeAttribute("aria-describedby");
  };
  describe();
  control.set(field.value ?? "");
  return {
    name: field.name,
    element,
    value: control.value,
    set: control.set,
    focus: () => control.focusable().focus(),
    complain: (sentence) => {
      error.hidden = sentence === "";
      error.textContent = sentence && `Error: ${sentence}`;
      element.classList.toggle("wrong", sentence !== "");
      if (!control.isGroup) described.setAttribute("aria-invalid", String(sentence !== ""));
      describe();
    },
  };
}

/** What is wrong with a value before anybody is asked; "" if nothing is. @param {Field} field @param {string} value */
export function flaw(field, value) {
  if (field.required && !value.trim())
    return field.kind.endsWith("-of") || field.kind === "person"
      ? "Choose an answer."
      : "Fill this in.";
  const over = length(value) - field.limit;
  return over > 0
    ? `This has ${over.toLocaleString()} characters too many; ${field.limit.toLocaleString()} fit.`
    : "";
}

/** @param {Field} field @param {string} id @returns {Control} */
function make(field, id) {
  switch (field.kind) {
    case "text":
      return simple(el("textarea", { id, rows: 5 }), field);
    case "number":
      return simple(el("input", { id, type: "text", inputmode: "decimal" }), field);
    case "date":
      return simple(el("input", { id, type: "date" }), field);
    case "some-of":
      return choices(field, id, "checkbox");
    case "one-of":
      return field.options.length <= RADIOS ? choices(field, id, "radio") : menu(field, id);
    case "person":
      return menu(field, id);
    default:
      return simple(el("input", { id, type: "text" }), field);
  }
}

/** @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} box @param {Field} field @returns {Control} */
function simple(box, field) {
  box.name = field.name;
  box.autocomplete = "off";
  // Not `required`: the browser's bubble would say it instead of the line below the field.
  if (field.required) box.setAttribute("aria-required", "true");
  return {
    element: box,
    focusable: () => box,
    value: () => box.value,
    set: (value) => (box.value = value),
  };
}

/** @param {Field} field @param {string} id */
function menu(field, id) {
  const options = field.options.map(([value, label]) => el("option", { value }, label));
  return simple(
    el(
      "select",
      { id },
      el("option", { value: "" }, field.required ? "Choose…" : "None"),
      ...options,
    ),
    field,
  );
}

/** @param {Field} field @param {string} id @param {"radio" | "checkbox"} type @returns {Control} */
function choices(field, id, type) {
  /** @type {[string, string][]} */
  const none = type === "radio" && !field.required ? [["", "None"]] : [];
  const all = [...field.options, ...none];
  const boxes = all.map(([value], at) =>
    el("input", { type, id: `${id}-${at}`, name: field.name, value }),
  );
  const rows = boxes.map((box, at) =>
    el("label", { class: "choice" }, box, el("span", {}, all[at][1])),
  );
  return {
    element: el("div", { class: "choices" }, ...rows),
    isGroup: true,
    focusable: () => boxes.find((box) => box.checked) ?? boxes[0],
    value: () =>
      boxes
        .filter((box) => box.checked)
        .map((box) => box.value)
        .join(SEPARATOR),
    set: (value) => {
      const picked = type === "radio" ? [value] : apart(value, field);
      for (const box of boxes) box.checked = picked.includes(box.value);
    },
  };
}

/** Several values as one text, taken apart again; an option's own value may hold the separator. @param {string} value @param {Field} field */
function apart(value, field) {
  const whole = `${SEPARATOR}${value}${SEPARATOR}`;
  return field.options
    .map(([option]) => option)
    .filter((option) => whole.includes(`${SEPARATOR}${option}${SEPARATOR}`));
}
