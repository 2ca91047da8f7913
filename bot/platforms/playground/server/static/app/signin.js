/** Signing in, where the playground is open to everyone who knows its password. */

import { sentence, signIn } from "./api.js";
import { el } from "./dom.js";

let isOpen = false;

/** Ask for the password; done when it was right. @returns {Promise<void>} */
export function askToSignIn() {
  if (isOpen) return new Promise(() => undefined);
  isOpen = true;
  return new Promise((resolve) => {
    const password = el("input", {
      type: "password",
      id: "password",
      autocomplete: "current-password",
      "aria-describedby": "sign-in-error",
      "aria-required": "true",
    });
    const error = el("p", { class: "alarm", id: "sign-in-error", role: "alert" });
    const form = el(
      "form",
      { novalidate: true },
      el("div", { class: "field" }, el("label", { for: "password" }, "Password"), password),
      error,
      el("footer", {}, el("button", { type: "submit", class: "primary" }, "Sign in")),
    );
    const page = el(
      "dialog",
      { class: "sign-in", "aria-labelledby": "sign-in-title" },
      el("header", {}, el("h2", { id: "sign-in-title" }, "Sign in to the playground")),
      form,
    );
    page.addEventListener("cancel", (event) => event.preventDefault());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        if (!password.value) throw null;
        await signIn(password.value);
        isOpen = false;
        page.remove();
        resolve();
      } catch (problem) {
        error.textContent = problem ? sentence(problem) : "Enter the password.";
        password.select();
      }
    });
    document.body.append(page);
    page.showModal();
    password.focus();
  });
}
