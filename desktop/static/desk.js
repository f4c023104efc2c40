// What htmx leaves to do: time that passes, words to say, dialogs, and the phone in this page.
import { Phone } from "/static/agent_phone.js";

const byId = (id) => document.getElementById(id);

// The server's clock, so that a wrong one here shows no wrong times.
let ahead = 0;

const span = (seconds) => {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

const tick = () => {
  const now = Date.now() + ahead;
  for (const one of document.querySelectorAll("[data-since]"))
    one.textContent = span((now - Date.parse(one.dataset.since)) / 1000);
  for (const one of document.querySelectorAll("[data-until]"))
    one.textContent = span((Date.parse(one.dataset.until) - now) / 1000);
};

let silence = 0;
const say = (words) => {
  byId("said").textContent = words;
  clearTimeout(silence);
  if (words) silence = setTimeout(say, 8000, "");
};

const phone = new Phone(byId("phone"));
let shown = "";

// After each part that came in: what htmx put there is the server's, what the phone does is shown in it.
const dress = () => {
  const state = byId("state");
  ahead = Date.parse(state.dataset.now) - Date.now();
  tick();
  const here = byId("sit-here");
  if (here) here.hidden = !phone.number;
  phone.serve(state.dataset.phone, state.dataset.state);
  phone.show();
  const call = byId("call");
  const about = `${call.dataset.call} ${call.dataset.state}`;
  if (about !== shown && call.dataset.state === "ringing") {
    document.title = `☎ ${byId("call-title").textContent}`;
    call.scrollIntoView({ block: "nearest" });
  } else if (about !== shown) document.title = document.querySelector("h1").textContent;
  shown = about;
};

document.addEventListener("htmx:oobAfterSwap", dress);
document.addEventListener("htmx:wsOpen", () => {
  byId("lost").hidden = true;
});
document.addEventListener("htmx:wsClose", ({ detail }) => {
  byId("lost").hidden = false;
  if (detail.event?.code === 1008) location.assign("/signin?next=/agent");
});
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 401) location.assign("/signin?next=/agent");
  say(detail.xhr.responseText);
});
document.addEventListener("htmx:sendError", () => {
  byId("lost").hidden = false;
});
document.addEventListener("htmx:beforeRequest", () => say(""));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const opens = detail.elt.dataset?.opens;
  if (opens && detail.successful) byId(opens).showModal();
  if (detail.elt.closest("#found li")) byId("found").replaceChildren();
  const closes = detail.elt.dataset?.closes;
  if (closes && detail.successful) byId(closes).close();
});

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  if (button.id === "sit-here") {
    try {
      await phone.open();
      await htmx.ajax("POST", "/agent/signin", { values: { phone: phone.number }, swap: "none" });
    } catch (error) {
      say(error.message);
    }
  } else if (button.id === "answer") phone.answer();
  else if (button.id === "hang-up") phone.hangUp();
  else if (button.id === "mute") phone.mute();
});

// The CRM has one window: once she has opened it, each caller's record comes up there by itself.
let crm = null;
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-crm]");
  if (!link) return;
  event.preventDefault();
  crm = open(link.href, "rufwerk-crm");
});
document.addEventListener("htmx:afterSwap", ({ target }) => {
  const link = target.matches?.("[data-crm-of]") && target.querySelector("a[data-crm=only]");
  if (link && crm && !crm.closed) crm.location = link.href;
});

// What was typed and not yet sent outlives a page that is loaded again, as long as this tab lives.
const draft = (form) => `draft ${form.elements.call.value} ${form.elements.participant.value} ${form.dataset.draft}`;
document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-draft]");
  if (!form) return;
  const typed = [...new FormData(form)].filter(([name]) => name !== "id");
  sessionStorage.setItem(draft(form), JSON.stringify(Object.fromEntries(typed)));
});
document.addEventListener("htmx:afterSwap", ({ target }) => {
  for (const form of target.querySelectorAll?.("form[data-draft]") ?? []) {
    const typed = JSON.parse(sessionStorage.getItem(draft(form)) ?? "null");
    if (!typed) continue;
    for (const [name, value] of Object.entries(typed)) form.elements[name].value = value;
    form.closest("details").open = true;
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

await phone.find();
dress();
setInterval(tick, 1000);
