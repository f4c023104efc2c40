// A customer's card on a page: what is typed there is kept, and what was done is said.
import { byId, say } from "/static/live.js";

const show = (call, participant) => {
  const path = `/agent/card?${new URLSearchParams({ call, participant })}`;
  htmx.ajax("GET", path, { target: "#card", swap: "innerHTML" });
};

// What was typed and not yet sent outlives a page that is loaded again, as long as this tab lives and its author sits
// here.
const draft = ({ elements: { call, participant }, dataset }) =>
  `draft ${dataset.author} ${call.value} ${participant.value} ${dataset.draft}`;
const forget = () => {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("draft ")) sessionStorage.removeItem(key);
};
document.addEventListener("submit", ({ target }) => {
  if (target.getAttribute("action") === "/signout") forget();
});
// Who sits down at a desk finds nobody else's words on it, and signs for what is typed from now on.
document.addEventListener("seat", () => {
  forget();
  const form = byId("card")?.querySelector("form[data-draft]");
  if (form) show(form.elements.call.value, form.elements.participant.value);
});
document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-draft]");
  if (!form) return;
  const typed = [...new FormData(form)].filter(([name]) => form.elements[name].type !== "hidden");
  sessionStorage.setItem(draft(form), JSON.stringify(Object.fromEntries(typed)));
});
document.addEventListener("htmx:afterSwap", ({ target }) => {
  for (const form of target.querySelectorAll?.("form[data-draft]") ?? []) {
    const typed = JSON.parse(sessionStorage.getItem(draft(form)) ?? "null");
    if (!typed) continue;
    for (const [name, value] of Object.entries(typed)) if (form.elements[name]) form.elements[name].value = value;
    const folded = form.closest("details");
    if (folded) folded.open = true;
  }
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const form = detail.requestConfig.elt;
  if (form?.dataset?.draft && detail.xhr.status === 200) sessionStorage.removeItem(draft(form));
});
document.addEventListener("said", ({ detail }) => {
  const words = byId("said").dataset;
  const [kind, ...receipt] = detail.value.split(" ");
  say([words[kind] ?? words.filed, ...receipt].join(" "));
});
