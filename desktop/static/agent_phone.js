// The phone in the agent's page: rings, talks, hears its microphone. Calls live in Asterisk: a page that is loaded again
// registers again and goes on.
import JsSIP from "/static/jssip.js";
import { Microphone, Ringer, hear } from "/static/sound.js";

const CHECK_S = 5;
const CARD_MS = 1000;

const byId = (id) => document.getElementById(id);

export class Phone {
  number = "";
  state = "off";
  #place;
  #password = "";
  #ua = null;
  #session = null;
  #microphone = new Microphone(byId("microphone"), byId("level"), () => this.#session);
  #ringer = new Ringer();
  #loudspeaker = new Audio();

  constructor(place) {
    this.#place = place;
  }

  // Which number this browser has; none where all are in use, or for somebody who has no phone.
  async find() {
    const answer = await fetch("/phone", { headers: { Accept: "application/json" } });
    if (answer.ok) ({ number: this.number, password: this.#password } = await answer.json());
  }

  // She sits at this number: if it is ours, be there, unless another of her pages is. Whatever call it had before this
  // page was loaded is rung for once more.
  async serve(number, state) {
    if (state === "ringing") this.#ring();
    if (!number && this.#registered && !this.#session) this.close();
    if (!number || number !== this.number || this.#ua || this.#opening) return;
    this.#opening = true;
    try {
      if (await this.#isElsewhere()) return this.#be("elsewhere");
      await this.open();
      if (["ringing", "talking", "on_hold"].includes(state) && !this.#session) {
        this.#expects = state !== "ringing";
        await fetch("/agent/reclaim", { method: "POST" });
      }
    } catch {
      // its state says why
    } finally {
      this.#opening = false;
    }
  }

  #registered = false;
  #opening = false;
  #opened = null;
  #expects = false;
  #ring = () => {};
  #others = new BroadcastChannel("rufwerk-phone");

  // Whether another page of this browser is this phone; one that asks is answered.
  async #isElsewhere() {
    const answer = new Promise((resolve) => {
      this.#others.onmessage = ({ data }) => data === "here" && resolve(true);
      setTimeout(() => resolve(false), 400);
    });
    this.#others.postMessage("who is there?");
    return answer;
  }

  // Throws in words for her where there is no microphone, or no way to Asterisk. Who asks while it opens waits with it.
  open() {
    this.#opened ??= this.#open().finally(() => {
      this.#opened = null;
    });
    return this.#opened;
  }

  async #open() {
    if (this.#ua) return;
    this.#others.onmessage = ({ data }) => data !== "here" && this.#others.postMessage("here");
    this.#place.hidden = false;
    try {
      await this.#microphone.take();
    } catch {
      this.#fail("microphone");
    }
    await this.#register().catch(() => this.#fail("lost"));
    this.#registered = true;
  }

  #fail(state) {
    this.#ua?.stop();
    this.#ua = null;
    this.#be(state);
    throw new Error(`${byId("phone-title").textContent}: ${byId("phone-state").textContent}`);
  }

  #register() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.#ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(`${scheme}://${location.host}/phone/ws`)],
      uri: `sip:${this.number}@rufwerk.invalid`,
      password: this.#password,
      register_expires: 120,
      session_timers: false,
    });
    const here = new Promise((resolve, reject) => {
      this.#ua.on("registered", resolve);
      this.#ua.on("registrationFailed", ({ cause }) => reject(new Error(cause)));
    });
    this.#ua.on("registered", () => this.#session ?? this.#be("registered"));
    this.#ua.on("disconnected", () => this.#be("lost"));
    this.#ua.on("newRTCSession", ({ session }) => this.#rings(session));
    this.#ua.start();
    return here;
  }

  close() {
    this.#ua?.stop();
    this.#ua = null;
    this.#registered = false;
    this.#microphone.release();
    this.#place.hidden = true;
    this.#be("off");
  }

  answer() {
    this.#session?.answer({ mediaStream: this.#microphone.stream, pcConfig: { iceServers: [] } });
  }

  hangUp() {
    this.#session?.terminate();
  }

  mute() {
    const { audio } = this.#session?.isMuted() ?? {};
    if (audio) this.#session.unmute();
    else this.#session?.mute();
    this.show();
  }

  // Ask her to speak, and say whether she is heard or what to do.
  async check() {
    const button = byId("check");
    const words = byId("checked");
    button.disabled = true;
    words.textContent = words.dataset.listening;
    const heard = await this.open().then(
      () => this.#microphone.hears(CHECK_S),
      () => false,
    );
    words.textContent = words.dataset[heard ? "heard" : "silent"];
    button.disabled = false;
  }

  // The buttons that this phone can press.
  show() {
    const rings = this.state === "ringing";
    const talks = this.state === "talking";
    const idle = !rings && !talks && this.state !== "elsewhere";
    for (const [id, there] of [["answer", rings], ["mute", talks], ["hang-up", talks || rings], ["check", idle]]) {
      const button = byId(id);
      if (button) button.hidden = !there;
    }
    byId("mute")?.setAttribute("aria-pressed", String(Boolean(this.#session?.isMuted().audio)));
  }

  #be(state) {
    this.state = state;
    const words = byId("phone-state");
    words.textContent = words.dataset[state];
    this.#place.dataset.state = state;
    this.#ringer.ring(state === "ringing");
    this.show();
  }

  #rings(session) {
    this.#session = session;
    hear(session, this.#loudspeaker);
    session.on("accepted", () => this.#be("talking"));
    const over = () => {
      this.#session = null;
      // muting was for this call; the microphone is the next one's too
      for (const track of this.#microphone.stream?.getAudioTracks() ?? []) track.enabled = true;
      this.#be("registered");
    };
    session.on("ended", over);
    session.on("failed", over);
    if (this.#expects) this.answer();
    this.#expects = false;
    // she sees who it is before it rings; but it rings, were the page out of touch
    this.#ring = () => this.#session === session && session.isInProgress() && this.#be("ringing");
    const call = byId("call");
    if (call && call.dataset.state !== "ringing") setTimeout(this.#ring, CARD_MS);
    else this.#ring();
  }
}
