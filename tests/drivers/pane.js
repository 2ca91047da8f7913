// What a person reads in the playground's client, for tests/drivers/playground_browser.py.
(selector) => {
  const words = (of) => of?.innerText?.trim() ?? "";
  const apart = "header, .private, .actions, .tools, .thread-line, .reactions, .day, .quote";
  const read = (article) => ({
    id: article.dataset.message,
    mine: article.classList.contains("mine"),
    bot: article.classList.contains("bot"),
    whisper: article.classList.contains("whisper"),
    author: words(article.querySelector(".author")),
    text: [...article.children].filter((part) => !part.matches(apart)).map(words).join("\n"),
    document: words(article.querySelector("figure.document .paper")),
    buttons: [...article.querySelectorAll("[data-do=press]")].map((button) => ({
      label: words(button.querySelector(".label")),
      action: button.dataset.action,
      key: button.dataset.key ?? "",
    })),
    menus: article.querySelectorAll("[data-do=menu]").length,
    reactions: [...article.querySelectorAll(".reactions .chip")].flatMap((chip) => [...chip.classList]),
    files: [...article.querySelectorAll(".files .name")].map(words),
  });
  return [...document.querySelectorAll(`${selector} article.message[data-message]`)]
    .filter((article) => !article.querySelector(".gone") && !article.classList.contains("pending"))
    .map(read);
};
