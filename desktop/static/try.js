// A customer's phone: rings a brand over the demo's carrier, sends keys as tones (RFC 4733), and is rung while it waits.
import JsSIP from "/static/jssip.js";
import { Microphone, Ringer, beep, hear, sender } from "/static/sound.js";

const TONE_MS = 120;
const PAUSE_MS = 80;
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";
const BUSY_HERE = 486;
const DECLINED = 603;

const byId = (id) => document.getElementById(id);
const who = byId("who");
const withhold = byId("withhold");
const said = byId("said");
const loudspeaker = new Audio();
const ringer = new Ringer();

// Which buttons each state has; the first is where the keyboard goes on.
const BUTTONS = {
  off: ["on"],
  starting: [],
  microphone: ["on"],
  waiting: ["call", "off"],
  lost: ["off"],
  dialling: ["hang-up"],
  there: ["hang-up"],
  talking: ["hang-up"],
  rings: ["answer", "decline"],
};
const IN_CALL = ["dialling", "there", "talking", "rings"];

let state = "off";
let ua = null;
let session = null;
let since = 0;
let adrift = false;
const microphone = new Microphone(byId("microphone"), byId("level"), () => session);

const be = (next) => {
  const had = document.activeElement;
  state = next;
  const now = byId("now");
  now.textContent = now.dataset[state];
  byId("telephone").className = `telephone ${state}`;
  const there = BUTTONS[state];
  for (const id of new Set(Object.values(BUTTONS).flat())) byId(id).hidden = !there.includes(id);
  byId("keypad").disabled = state !== "talking";
  for (const choice of [who, withhold, byId("lines")]) choice.disabled = IN_CALL.includes(state) || state === "starting";
  byId("microphone").disabled = !microphone.stream;
  since = state === "talking" ? Date.now() : 0;
  tick();
  ringer.ring(state === "rings");
  if (!IN_CALL.includes(state)) byId("other").textContent = byId("keyed").textContent = "";
  // who pressed a button that is gone now is put onto the next one, as soon as there is one
  adrift ||= had.hidden || had.matches(":disabled") || state === "rings";
  if (adrift && there.length) {
    byId(there[0]).focus();
    adrift = false;
  }
};

const tick = () => {
  const seconds = Math.round((Date.now() - since) / 1000);
  byId("clock").textContent = since ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : "";
};

const chosen = () => (withhold.checked ? withhold : who.selectedOptions[0]).dataset;

const switchOn = async () => {
  said.textContent = "";
  be("starting");
  try {
    await microphone.take();
  } catch {
    be("microphone");
    return;
  }
  register();
};

const register = () => {
  const { user, password } = chosen();
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const mine = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(`${scheme}://${location.host}/try/ws`)],
    uri: `sip:${user}@rufwerk.invalid`,
    password,
    register_expires: 120,
    session_timers: false,
  });
  const unless = (act) => (event) => mine === ua && !session && act(event);
  mine.on("registered", unless(() => be("waiting")));
  mine.on("registrationFailed", unless(() => be("lost")));
  mine.on("disconnected", unless(() => be("lost")));
  mine.on("newRTCSession", ({ originator, session: one, request }) => begin(one, originator, request));
  ua = mine;
  ua.start();
};

const leave = () => {
  ua?.stop();
  ua = null;
};

const switchOff = () => {
  leave();
  microphone.release();
  be("off");
};

// Somebody else's number from now on.
const change = () => {
  const one = who.selectedOptions[0].dataset;
  for (const what of ["number", "pin", "phone", "language"]) byId(`their-${what}`).textContent = one[what];
  for (const line of document.getElementsByName("line")) line.checked ||= line.dataset.brand === one.brand;
  if (!ua) return;
  leave();
  be("starting");
  register();
};

const call = () => {
  const line = document.querySelector("[name=line]:checked");
  if (!line) return;
  byId("other").textContent = line.labels[0].textContent.trim();
  ua.call(`sip:${line.value}@rufwerk.invalid`, { mediaStream: microphone.stream, pcConfig: { iceServers: [] } });
};

const begin = (one, originator, request) => {
  if (session) {
    one.terminate({ status_code: BUSY_HERE });
    return;
  }
  session = one;
  said.textContent = "";
  hear(one, loudspeaker);
  one.on("progress", () => originator === "local" && be("there"));
  one.on("accepted", () => be("talking"));
  one.on("ended", () => over("over"));
  one.on("failed", ({ originator: by, cause }) => {
    const mine = by === "local" || cause === JsSIP.C.causes.CANCELED;
    over(mine ? "over" : cause === JsSIP.C.causes.BUSY ? "busy" : "failed");
  });
  if (originator === "remote")
    byId("other").textContent = `${request.from.uri.user} → ${request.from.display_name ?? ""}`;
  be(originator === "local" ? "dialling" : "rings");
};

const over = (how) => {
  session = null;
  said.textContent = said.dataset[how];
  be(ua?.isRegistered() ? "waiting" : "lost");
};

const press = (key) => {
  if (state !== "talking") return;
  const { dtmf } = sender(session);
  dtmf.insertDTMF(dtmf.toneBuffer + key, TONE_MS, PAUSE_MS);
  const at = KEYS.indexOf(key);
  beep([ROWS[Math.floor(at / 3)], COLUMNS[at % 3]], TONE_MS / 1000, loudspeaker.volume);
  const keyed = byId("keyed");
  keyed.textContent = `${keyed.textContent}${/\d/.test(key) ? "•" : key}`.slice(-14); // a PIN is nobody's to read
  const button = document.querySelector(`[data-key="${key}"]`);
  button.classList.add("pressed");
  setTimeout(() => button.classList.remove("pressed"), TONE_MS);
};

const actions = {
  on: switchOn,
  off: switchOff,
  call,
  answer: () => session?.answer({ mediaStream: microphone.stream, pcConfig: { iceServers: [] } }),
  decline: () => session?.terminate({ status_code: DECLINED }),
  "hang-up": () => session?.terminate(),
  tone: () => beep([440], 1, loudspeaker.volume),
};
for (const [id, act] of Object.entries(actions)) byId(id).addEventListener("click", act);
byId("keypad").addEventListener("click", ({ target }) => target.dataset.key && press(target.dataset.key));
document.addEventListener("keydown", (event) => {
  const elsewhere = event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.target.matches("select");
  if (!elsewhere && event.key.length === 1 && KEYS.includes(event.key)) press(event.key);
});
byId("volume").addEventListener("input", ({ target }) => {
  loudspeaker.volume = Number(target.value);
});
who.addEventListener("change", change);
withhold.addEventListener("change", change);
addEventListener("pagehide", leave);
change();
setInterval(tick, 1000);
