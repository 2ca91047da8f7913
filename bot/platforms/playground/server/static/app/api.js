/** The chat server's API. Whatever goes wrong is a Problem whose message can be shown. */

/** @import {Channel, Content, Faults, FileInfo, Message, Outcome, Place, Suggestion, Workspace, Write} from "./types.js" */

import { Signal } from "./signal.js";

const UNREACHABLE = "The server cannot be reached. Check that it is running, then try again.";

/** What went wrong, in words for who did it; `status` is 0 where no answer came. */
export class Problem extends Error {
  /** @param {string} sentence @param {number} status */
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

/** Somebody has to sign in before anything works. @type {Signal<void>} */
export const locked = new Signal();

/**
 * @param {string} method
 * @param {string} path
 * @param {{body?: unknown, signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
async function call(method, path, { body, signal } = {}) {
  const headers = body === undefined ? undefined : { "Content-Type": "application/json" };
  const sent = body === undefined ? undefined : JSON.stringify(body);
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: sent, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(UNREACHABLE, 0);
  }
  return read(answer.status, await answer.text());
}

/** @param {number} status @param {string} text @returns {any} */
function read(status, text) {
  let value = null;
  try {
    value = text ? JSON.parse(text) : null;
  } catch {
    value = null;
  }
  if (status >= 200 && status < 300) return value;
  if (status === 401) locked.fire();
  const said = value && typeof value.error === "string" ? value.error : "";
  const reference =
    value && typeof value.reference === "string" ? ` (reference ${value.reference})` : "";
  throw new Problem(
    said ? said + reference : `The server answered with ${status}. Try again.`,
    status,
  );
}

/** @returns {Promise<Workspace>} */
export const workspace = () => call("GET", "/api/workspace");

/** @param {string} password */
export const signIn = (password) => call("POST", "/api/sign-in", { body: { password } });

/** @returns {Promise<Faults>} */
export const faults = () => call("GET", "/api/faults");

/** @param {Faults} wanted @returns {Promise<Faults>} */
export const setFaults = (wanted) => call("PUT", "/api/faults", { body: wanted });

/** @param {string} name @param {boolean} writable @returns {Promise<Channel>} */
export const addChannel = (name, writable) =>
  call("POST", "/api/channels", { body: { name, writable } });

/** @param {string} id @param {boolean} writable @returns {Promise<Channel>} */
export const letIn = (id, writable) =>
  call("PATCH", `/api/channels/${encodeURIComponent(id)}`, { body: { writable } });

/** The API as one person uses it. */
export class Api {
  /** @param {string} user */
  constructor(user) {
    this.base = `/api/as/${encodeURIComponent(user)}`;
  }

  /** @returns {Promise<Channel[]>} */
  channels() {
    return call("GET", `${this.base}/channels`);
  }

  /** A channel's messages, oldest first. @param {string} channel @param {string} [before] @returns {Promise<Message[]>} */
  async messages(channel, before) {
    const found = await call(
      "GET",
      `${this.base}/channels/${encodeURIComponent(channel)}/messages?${query({ before, limit: 50 })}`,
    );
    return Array.isArray(found) ? found : found.messages;
  }

  /** @param {string} root @param {string} [before] @returns {Promise<{root: Message, messages: Message[]}>} */
  thread(root, before) {
    return call(
      "GET",
      `${this.base}/threads/${encodeURIComponent(root)}?${query({ before, limit: 500 })}`,
    );
  }

  /** @param {string} channel @param {Write} write @returns {Promise<Message>} */
  write(channel, write) {
    return call("POST", `${this.base}/channels/${encodeURIComponent(channel)}/messages`, {
      body: write,
    });
  }

  /** @param {string} id @param {string} text @returns {Promise<Message | null>} */
  edit(id, text) {
    return call("PATCH", `${this.base}/messages/${encodeURIComponent(id)}`, { body: { text } });
  }

  /** @param {string} id @returns {Promise<Message | null>} */
  remove(id) {
    return call("DELETE", `${this.base}/messages/${encodeURIComponent(id)}`);
  }

  /** @param {string} id @param {string} name @param {boolean} on @returns {Promise<Message | null>} */
  react(id, name, on) {
    const path = `${this.base}/messages/${encodeURIComponent(id)}/reactions/${encodeURIComponent(name)}`;
    return call(on ? "PUT" : "DELETE", path);
  }

  /** @param {Place} place @param {string} text @returns {Promise<Outcome>} */
  command(place, text) {
    return call("POST", `${this.base}/commands`, { body: { ...place, text } });
  }

  /** @param {Place} place @param {string} text @param {AbortSignal} signal @returns {Promise<Suggestion[]>} */
  suggestions(place, text, signal) {
    const asked = query({ channel: place.channel, thread: place.thread ?? undefined, text });
    return call("GET", `${this.base}/suggestions?${asked}`, { signal });
  }

  /** @param {string} message @param {string} action @returns {Promise<Outcome>} */
  click(message, action) {
    return call("POST", `${this.base}/clicks`, { body: { message, action } });
  }

  /** @param {string} id @param {"note" | "start"} purpose @returns {Promise<Outcome>} */
  point(id, purpose) {
    const path = `${this.base}/messages/${encodeURIComponent(id)}/points`;
    return call("POST", path, { body: { purpose } });
  }

  /** @param {string} id @param {Record<string, string>} values @returns {Promise<Outcome>} */
  fill(id, values) {
    return call("POST", `${this.base}/forms/${encodeURIComponent(id)}`, { body: { values } });
  }

  /** @returns {Promise<Content>} */
  home() {
    return call("GET", `${this.base}/home`);
  }

  /** @param {string} id */
  dismiss(id) {
    return call("DELETE", `${this.base}/whispers/${encodeURIComponent(id)}`);
  }

  /** Where a file's bytes are. @param {string} id */
  fileAddress(id) {
    return `${this.base}/files/${encodeURIComponent(id)}`;
  }

  /**
   * Send a file, saying how far it is (0 to 1). XMLHttpRequest: fetch does not tell.
   * @param {File} file
   * @param {{progress: (share: number) => void, signal: AbortSignal}} options
   * @returns {Promise<FileInfo>}
   */
  upload(file, { progress, signal }) {
    const request = new XMLHttpRequest();
    request.open(
      "POST",
      `${this.base}/files?${query({ name: file.name, type: file.type || "application/octet-stream" })}`,
    );
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.upload.onprogress = (event) => progress(event.loaded / Math.max(1, event.total));
    signal.addEventListener("abort", () => request.abort());
    return new Promise((resolve, reject) => {
      request.onerror = request.onabort = () => reject(new Problem(UNREACHABLE, 0));
      request.onload = () => {
        try {
          resolve(read(request.status, request.responseText));
        } catch (error) {
          reject(error);
        }
      };
      request.send(file);
    });
  }
}

/** @param {Record<string, string | number | undefined>} values */
function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
}

/** What to tell somebody about `error`. @param {unknown} error */
export function sentence(error) {
  return error instanceof Problem
    ? error.message
    : "Something went wrong in this page. Reload it, then try again.";
}
