// The agent's page: her phone, and what its buttons do.
import { byId, say } from "/static/live.js";
import { Phone } from "/static/agent_phone.js";
import "/static/card.js";
import "/static/duties.js";
import "/static/dunning.js";

const phone = new Phone(byId("phone"));
let shown = "";

// After each part that came in: what htmx put there is the server's, what the phone does is shown in it.
const dress = () => {
  const here = byId("sit-here");
  if (here) here.hidden = !phone.number;
  const call = byId("call");
  phone.serve(byId("state").dataset.phone, call.dataset.state);
  phone.show();
  const about = `${call.dataset.call} ${call.dataset.state}`;
  if (about !== shown && call.dataset.state === "ringing") {
    document.title = `☎ ${byId("call-title").textContent}`;
    call.scrollIntoView({ block: "nearest" });
  } else if (about !== shown) document.title = document.querySelector("h1").textContent;
  shown = about;
  mark();
};

document.addEventListener("htmx:oobAfterSwap", dress);
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.closest("#found li")) byId("found").replaceChildren();
  if (detail.elt.id === "dial-number" && detail.successful) byId("dial-whom").value = "";
});

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  if (button.id === "sit-here") {
    try {
      await phone.open();
      await htmx.ajax("POST", "/agent/signin", { values: { phone: phone.number }, swap: "none" });
      phone.check();
    } catch (error) {
      say(error.message);
    }
  } else if (button.id === "answer") phone.answer();
  else if (button.id === "hang-up") phone.hangUp();
  else if (button.id === "mute") phone.mute();
  else if (button.id === "check") phone.check();
});

// Whom she chose for a call, of several on one number or by a search, is seen, and stays chosen when the page is loaded
// again. Whose card she opens beside the call isn't chosen for it.
const chosen = (call) => `chosen ${call}`;
const mark = () => {
  const card = byId("card").querySelector("[data-participant]");
  for (const one of document.querySelectorAll("[data-chooses]"))
    one.setAttribute("aria-pressed", one.dataset.chooses === card?.dataset.participant);
};
document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  const { call } = target.dataset;
  const participant = target.id === "card" && sessionStorage.getItem(chosen(call));
  if (participant) detail.path = `/agent/card?${new URLSearchParams({ call, participant })}`;
});
document.addEventListener("htmx:afterSwap", ({ target, detail }) => {
  if (target.id !== "card") return;
  mark();
  const { call } = target.dataset;
  const shown = target.querySelector("[data-participant]");
  const isOfCall = call && shown?.querySelector("[name=call]").value === call;
  if (isOfCall && detail.requestConfig.elt !== target) sessionStorage.setItem(chosen(call), shown.dataset.participant);
});

// One key chooses from a list, unless somebody types. Who doesn't want that switches it off (WCAG 2.1.4).
const keys = byId("keys");
keys.checked = localStorage.getItem("keys") !== "off";
keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
document.addEventListener("keydown", (event) => {
  if (!keys.checked || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, textarea, select")) return;
  if (event.key >= "0" && event.key <= "9" && byId("call").dataset.state === "ringing") return; // nothing was done yet
  const within = document.querySelector("dialog[open]") ?? document;
  const wanted = [...within.querySelectorAll("[aria-keyshortcuts]")];
  const found = wanted.find((one) => one.getAttribute("aria-keyshortcuts") === event.key);
  if (!found) return;
  event.preventDefault();
  found.click();
  if (found.matches("details[open] > summary")) found.parentElement.querySelector("input:not([type=hidden])").focus();
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

await phone.find();
dress();
