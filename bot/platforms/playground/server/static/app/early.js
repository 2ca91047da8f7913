/** Runs before the page is painted, so that it does not flash in the other theme. No module: those wait. */
try {
  document.documentElement.dataset.theme = localStorage.getItem("playground:theme") || "auto";
} catch {
  document.documentElement.dataset.theme = "auto";
}
