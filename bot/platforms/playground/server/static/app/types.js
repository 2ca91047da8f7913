/**
 * The playground's API as types for editors and for `tsc --checkJs`; bot/platforms/playground/wire.py
 * is where they come from. Nothing runs here.
 */

/**
 * @typedef {{time: string}} Time
 * @typedef {(string | Time)[]} Parts
 * @typedef {"main" | "aside" | "end"} Style
 * @typedef {{action: string, label: string, style: Style, badge: string, key: string}} Button
 *
 * @typedef {{type: "heading", text: string}} HeadingBlock
 * @typedef {{type: "markdown", text: string}} MarkdownBlock
 * @typedef {{type: "line", parts: Parts, struck: boolean}} LineBlock
 * @typedef {{type: "code", text: string, language: string, caption: string}} CodeBlock
 * @typedef {{type: "facts", pairs: [string, Parts][]}} FactsBlock
 * @typedef {{type: "notice", text: string, weight: "info" | "warning"}} NoticeBlock
 * @typedef {{type: "actions", buttons: Button[]}} ActionsBlock
 * @typedef {{type: "select", label: string, options: Button[]}} SelectBlock
 * @typedef {{type: "document", text: string, name: string}} DocumentBlock
 * @typedef {HeadingBlock | MarkdownBlock | LineBlock | CodeBlock | FactsBlock | NoticeBlock
 *   | ActionsBlock | SelectBlock | DocumentBlock} Block
 * @typedef {{text: string, blocks: Block[]}} Content
 *
 * @typedef {{id: string, name: string, about: string, guest: boolean, bot: boolean}} User
 * @typedef {{id: string, name: string, direct: boolean, writable: boolean, about: string}} Channel
 * @typedef {{id: string, name: string, users: User[], channels: Channel[]}} Workspace
 * @typedef {{id: string, name: string, media_type: string, size: number}} FileInfo
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {number} version
 * @property {string} channel
 * @property {string | null} thread
 * @property {string} author
 * @property {string} at
 * @property {string} text
 * @property {Block[]} blocks
 * @property {FileInfo[]} files
 * @property {Record<string, string[]>} reactions
 * @property {number} replies
 * @property {string | null} last_reply
 * @property {string | null} audience
 * @property {boolean} edited
 * @property {boolean} deleted
 * @property {string | null} quote
 * @property {boolean} [pending] only here: being sent
 *
 * @typedef {"line" | "text" | "number" | "date" | "one-of" | "some-of" | "person"} FieldKind
 * @typedef {{name: string, label: string, kind: FieldKind, help: string, required: boolean,
 *   value: string, options: [string, string][], limit: number}} Field
 * @typedef {{token: string, title: string, prose: string, submit: string, fields: Field[]}} Form
 * @typedef {{id: string, form: Form}} OpenForm
 * @typedef {{label: string, text: string}} Suggestion
 * @typedef {{form: OpenForm | null, errors: Record<string, string>, failed: string}} Outcome
 * @typedef {{drop_events: number, repeat_events: number, delay: number, lose_answers: number,
 *   unavailable: number, rate: number}} Faults
 *
 * @typedef {{text: string, thread: string | null, files: string[], quote: string | null}} Write
 * @typedef {{channel: string, thread: string | null}} Place
 */

export {};
