// The form that is open in the playground's client, for tests/drivers/playground_browser.py.
() => {
  const dialog = document.querySelector("dialog[open]");
  if (!dialog?.querySelector("form")) return null;
  const words = (of) => of?.innerText?.trim() ?? "";
  const label = (field) => {
    const made = field.querySelector("label, legend").cloneNode(true);
    made.querySelector(".required")?.remove();
    return made.textContent.trim();
  };
  const options = (field) => [
    ...[...field.querySelectorAll("select option")].map((option) => option.textContent),
    ...[...field.querySelectorAll(".choice")].map(words),
  ];
  const value = (field) => {
    const picked = field.querySelector("select");
    if (picked) return picked.value ? picked.selectedOptions[0].textContent : "";
    const boxes = [...field.querySelectorAll(".choice")];
    if (boxes.length) return boxes.filter((box) => box.querySelector("input").checked).map(words).join(", ");
    return field.querySelector("input, textarea").value;
  };
  const error = (field) => words(field.querySelector(".error:not([hidden])"));
  return {
    title: words(dialog.querySelector("h2")),
    text: words(dialog.querySelector("form > .prose")),
    submit: words(dialog.querySelector("[type=submit]")),
    error: words(dialog.querySelector(".alarm")),
    fields: [...dialog.querySelectorAll(".field")].map((field) => ({
      label: label(field),
      value: value(field),
      options: options(field),
      error: error(field),
    })),
  };
};
