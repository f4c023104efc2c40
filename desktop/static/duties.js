// The lists of what waits: they come by themselves, and neither focus nor typed words may suffer from it.
import { byId } from "/static/live.js";

let last = "";
let held = false;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "duties" || detail.xhr.status !== 200) return;
  held = ["duties", "writer"].some((id) => byId(id).contains(document.activeElement));
  if (detail.serverResponse === last) detail.shouldSwap = false;
  last = detail.serverResponse;
});
document.addEventListener("htmx:afterSwap", ({ detail: { target, requestConfig } }) => {
  // what she pressed may be gone with its row
  if (target.id === "duties" && held && document.activeElement === document.body) byId("duties-title").focus();
  const title = byId("card-title");
  if (target.id !== "card" || !title || requestConfig.elt.dataset.opens !== "card") return;
  title.tabIndex = -1;
  title.focus();
});

// Who sits here is the whole browser's: pages in other tabs ask anew at once.
document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
  if (elt.id === "check-in") {
    elt.elements.password.value = "";
    if (successful) {
      elt.reset();
      elt.closest("details").open = false;
    }
  }
  if (!successful || !["check-in", "check-out"].includes(elt.id)) return;
  localStorage.setItem("seat", Date.now());
  document.dispatchEvent(new Event("seat"));
});
addEventListener("storage", ({ key }) => {
  if (key !== "seat") return;
  htmx.trigger(document.body, "duties");
  document.dispatchEvent(new Event("seat"));
});
