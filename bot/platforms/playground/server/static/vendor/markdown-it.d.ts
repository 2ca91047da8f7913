// What the page uses of markdown-it, for editors and for `tsc --checkJs`.

interface Token {
  tag: string;
  content: string;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

type Rule = (
  tokens: Token[],
  index: number,
  options: object,
  env: unknown,
  self: { renderToken(tokens: Token[], index: number, options: object): string },
) => string;

export default class MarkdownIt {
  constructor(preset: string, options: { html: boolean; linkify: boolean; typographer: boolean });
  enable(rule: string): this;
  linkify: { set(options: { fuzzyLink: boolean; fuzzyEmail: boolean }): void };
  validateLink: (address: string) => boolean;
  renderer: { rules: Record<string, Rule> };
  utils: { escapeHtml(text: string): string };
  render(text: string): string;
}
