// Dunning calls: what she pressed is gone with each step, so the focus goes to what Enter shall do next.
import { byId, tick } from "/static/live.js";

let held = false;
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  if (target.id === "dunning") held = target.contains(document.activeElement);
});
document.addEventListener("htmx:afterSwap", ({ target, detail: { requestConfig } }) => {
  if (target.id === "dunning-board") tick();
  if (target.id !== "dunning" || requestConfig.elt === target) return; // the page asked by itself
  const now = document.activeElement;
  if (now !== document.body && (!target.contains(now) || now.matches("input, textarea, select"))) return;
  const next = target.querySelector("[data-next]") ?? (held && now === document.body ? byId("dunning-title") : null);
  next?.focus();
});
