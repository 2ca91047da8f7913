/**
 * CommonMark of the bot, and what people write, as elements. HTML in either is text. Pictures are
 * never loaded: whoever writes one would learn who reads it.
 */

import MarkdownIt from "../vendor/markdown-it.js";
import { codeFigure } from "./code.js";
import { el } from "./dom.js";

const HERE = `${location.origin}/playground#`; // a place of this page opens in it
const SAFE = /^(https?:|mailto:)/i;
const FENCE = /```(?:[\w+-]*\n)?([\s\S]*?)```/g;
const INLINE = /(https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]])|(@ResolutionFlow\b)|`([^`\n]+)`/g;

const markdown = new MarkdownIt("commonmark", { html: false, linkify: true, typographer: false });
// Whole addresses only: a client's "vpn.acme.com" is a name to read, not a page to open.
markdown.enable("linkify").linkify.set({ fuzzyLink: false, fuzzyEmail: false });
markdown.validateLink = (address) => SAFE.test(address.trim());

const { rules } = markdown.renderer;
rules.image = (tokens, index) => {
  const escape = markdown.utils.escapeHtml;
  const address = String(tokens[index].attrGet("src"));
  return `<a href="${escape(address)}" rel="noopener noreferrer" target="_blank">${escape(tokens[index].content || address)}</a>`;
};
rules.link_open = (tokens, index, options, _env, self) => {
  tokens[index].attrSet("rel", "noopener noreferrer");
  if (!String(tokens[index].attrGet("href")).startsWith(HERE)) {
    tokens[index].attrSet("target", "_blank");
  }
  return self.renderToken(tokens, index, options);
};
// The page's own headings are above: a message's begin at the third level.
const lower = (/** @type {string} */ tag) => `h${Math.min(6, Number(tag[1]) + 2)}`;
rules.heading_open = (tokens, index) => `<${lower(tokens[index].tag)}>`;
rules.heading_close = (tokens, index) => `</${lower(tokens[index].tag)}>`;

/** CommonMark as elements. @param {string} text */
export function prose(text) {
  const template = document.createElement("template");
  template.innerHTML = markdown.render(text);
  for (const pre of template.content.querySelectorAll("pre")) {
    pre.replaceWith(codeFigure((pre.textContent ?? "").replace(/\n$/, "")));
  }
  return template.content;
}

/** What a person wrote: as it is, with code, addresses and mentions recognised. @param {string} text */
export function written(text) {
  const made = document.createDocumentFragment();
  let at = 0;
  for (const fence of text.matchAll(FENCE)) {
    paragraph(made, text.slice(at, fence.index).replace(/\n$/, ""));
    made.append(codeFigure(fence[1].replace(/\n$/, "")));
    at = fence.index + fence[0].length;
  }
  paragraph(made, text.slice(at).replace(/^\n/, at ? "" : "$&"));
  return made;
}

/** @param {DocumentFragment} into @param {string} text */
function paragraph(into, text) {
  if (!text.trim()) return;
  const made = el("p", { class: "written" });
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    made.append(text.slice(at, found.index), inline(found));
    at = found.index + found[0].length;
  }
  made.append(text.slice(at));
  into.append(made);
}

/** @param {RegExpMatchArray} found */
function inline([all, address, mention, code]) {
  if (address)
    return el("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, address);
  return mention ? el("span", { class: "mention" }, mention) : el("code", {}, code ?? all);
}
