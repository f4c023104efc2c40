// What every live page does beside htmx: time that passes, words to say, dialogs, and the focus that stays.
export const byId = (id) => document.getElementById(id);

// The server's clock, so that a wrong one here shows no wrong times.
let told = "";
let ahead = 0;

const span = (seconds) => {
  const whole = Math.max(0, Math.round(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
};

export const tick = () => {
  const newest = document.querySelector("main [data-now]") ?? document.body;
  if (newest.dataset.now && newest.dataset.now !== told) {
    told = newest.dataset.now;
    ahead = Date.parse(told) - Date.now();
  }
  const now = Date.now() + ahead;
  for (const one of document.querySelectorAll("[data-since]")) {
    const seconds = (now - Date.parse(one.dataset.since)) / 1000;
    one.textContent = span(seconds);
    if (one.dataset.limit) one.classList.toggle("low", seconds > Number(one.dataset.limit));
  }
  for (const one of document.querySelectorAll("[data-until]"))
    one.textContent = span((Date.parse(one.dataset.until) - now) / 1000);
};

// Beside an open dialog nothing is read out, and it lies behind: what is said goes into it.
const reach = (said) => {
  const place = document.querySelector("dialog:modal") ?? document.body;
  if (said && said.parentElement !== place) place.append(said);
};
document.addEventListener("close", () => reach(byId("said")), true);

let silence = 0;
export const say = (words) => {
  const said = byId("said");
  reach(said);
  if (said) said.textContent = words;
  clearTimeout(silence);
  if (words) silence = setTimeout(say, 8000, "");
};

const signIn = () => location.assign(`/signin?next=${location.pathname}`);

// What is swapped under somebody's keys comes back as something new of the same name.
let held = "";
document.addEventListener("htmx:oobBeforeSwap", () => {
  held = document.activeElement?.id ?? "";
});
document.addEventListener("htmx:oobAfterSwap", () => {
  tick();
  if (document.activeElement === document.body) byId(held)?.focus({ preventScroll: true });
});

document.addEventListener("htmx:wsOpen", () => {
  byId("lost").hidden = true;
});
document.addEventListener("htmx:wsClose", ({ detail }) => {
  byId("lost").hidden = false;
  if (detail.event?.code === 1008) signIn();
});
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 401) signIn();
  say(detail.xhr.responseText);
});
document.addEventListener("htmx:sendError", () => {
  byId("lost").hidden = false;
});
// What is sent by htmx is never sent by the browser besides, which would load the page anew and take her phone.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[hx-post], [hx-get]")) event.preventDefault();
});
// What a page asks by itself leaves the words to be read.
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (!("quiet" in detail.elt.dataset)) say("");
});
// What opened it may have been swapped since it was pressed, so the dialog itself says that it is filled.
document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  if (target instanceof HTMLDialogElement && !target.open) target.showModal();
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const closes = detail.elt.dataset?.closes;
  if (closes && detail.successful) byId(closes).close();
});

tick();
setInterval(tick, 1000);
