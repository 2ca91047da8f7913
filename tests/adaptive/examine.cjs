// Cards as JSON lines come in; for each goes out, as a line of JSON, what Microsoft's own renderer
// complains of, and what somebody would see of the card in Teams.
"use strict";

const readline = require("node:readline");
const { JSDOM } = require("jsdom");
const MarkdownIt = require("markdown-it");
const teams = require("adaptivecards-designer/lib/hostConfigs/microsoft-teams-light.json");

const { window } = new JSDOM("<!doctype html><html lang='en'><body></body></html>");
// jsdom lays nothing out, and so has no innerText. A browser's makes lines of line breaks.
Object.defineProperty(window.HTMLElement.prototype, "innerText", {
  get() {
    return this.textContent;
  },
  set(text) {
    const lines = String(text).split("\n");
    this.replaceChildren(...lines.flatMap((line, at) => (at ? [document.createElement("br"), line] : [line])));
  },
});
Object.assign(globalThis, { window, document: window.document });
for (const name of Object.getOwnPropertyNames(window)) {
  if (/^HTML|^(Node|.*Event|getComputedStyle)$/.test(name)) globalThis[name] = window[name];
}
const Adaptive = require("adaptivecards/dist/adaptivecards.min.js");

const markdown = new MarkdownIt();
Adaptive.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdown.render(text);
  result.didProcess = true;
};

function examine(payload) {
  const card = new Adaptive.AdaptiveCard();
  card.hostConfig = new Adaptive.HostConfig(teams);
  const context = new Adaptive.SerializationContext(Adaptive.Versions.v1_5);
  card.parse(payload, context);
  const complaints = [];
  for (let at = 0; at < context.eventCount; at++) {
    complaints.push(context.getEventAt(at).message);
  }
  for (const failure of card.validateProperties().validationEvents) {
    complaints.push(failure.message);
  }
  const shown = card.render();
  document.body.replaceChildren(shown);
  return { complaints, ...seen(shown) };
}

const MARKED = "b, strong, em, i, code, pre, li, table, img, s, a, h1, h2, h3, h4, h5, h6, blockquote, hr";

function seen(shown) {
  const every = (what) => [...shown.querySelectorAll(what)];
  return {
    texts: every(".ac-textBlock, .ac-richTextBlock").map(read),
    marked: every(`.ac-textBlock :is(${MARKED})`).map((each) => [each.tagName.toLowerCase(), read(each)]),
    links: every("a").map((each) => [read(each), each.getAttribute("href")]),
    headings: every("[role=heading]").map(read),
    buttons: every("button").map((each) => [
      read(each),
      each.getAttribute("aria-label") ?? "",
      each.closest("[style*='display: none']") === null,
    ]),
    inputs: every("input, textarea, select").map(labels),
    choices: every("option").map((each) => each.getAttribute("aria-label")).filter(Boolean),
  };
}

function read(element) {
  const copy = element.cloneNode(true);
  for (const line of copy.querySelectorAll("br")) line.replaceWith("\n");
  return copy.textContent;
}

function labels(input) {
  const by = input.closest("[aria-labelledby]")?.getAttribute("aria-labelledby") ?? "";
  const named = by.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
  return named.map(read).join(" ").trim();
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(`${JSON.stringify(examine(JSON.parse(line)))}\n`);
});
