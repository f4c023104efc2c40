// The agent's page: her phone, and what its buttons do.
import { byId, say } from "/static/live.js";
import { Phone } from "/static/agent_phone.js";
import "/static/card.js";
import "/static/duties.js";

const phone = new Phone(byId("phone"));
let shown = "";

// After each part that came in: what htmx put there is the server's, what the phone does is shown in it.
const dress = () => {
  const state = byId("state");
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
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.closest("#found li")) byId("found").replaceChildren();
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

await phone.find();
dress();
