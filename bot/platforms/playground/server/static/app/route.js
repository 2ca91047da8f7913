/** Where the person is, as the part of the address behind `#`: links can be sent, Back goes back. */

/** @typedef {{view: "list"} | {view: "home"} | {view: "channel", channel: string, thread: string | null}} Route */

/** @returns {Route} */
export function here() {
  const parts = location.hash.replace(/^#\/?/, "").split("/").map(decode);
  if (parts[0] === "home") return { view: "home" };
  if (parts[0] !== "channel" || !parts[1]) return { view: "list" };
  return {
    view: "channel",
    channel: parts[1],
    thread: parts[2] === "thread" && parts[3] ? parts[3] : null,
  };
}

/** @param {Route} route */
export function address(route) {
  if (route.view === "list") return "#/";
  if (route.view === "home") return "#/home";
  const thread = route.thread ? `/thread/${encodeURIComponent(route.thread)}` : "";
  return `#/channel/${encodeURIComponent(route.channel)}${thread}`;
}

/** @param {Route} route @param {{replace?: boolean}} [options] */
export function go(route, { replace = false } = {}) {
  const wanted = address(route);
  if (location.hash === wanted) return;
  if (!replace) location.hash = wanted;
  else {
    history.replaceState(null, "", wanted);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
