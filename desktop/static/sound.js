// What phones in pages have in common: the microphone and its level, the other side's voice, tones.

// What the level of somebody speaking is above, and that of a quiet room isn't.
const SPOKEN = 0.05;
const LOOK_MS = 100;

export class Microphone {
  stream = null;
  #context = null;
  #choice;
  #level;
  #session;

  // `session` tells the call that goes on, if one does: it changes over to another microphone.
  constructor(choice, level, session) {
    this.#choice = choice;
    this.#level = level;
    this.#session = session;
    choice.addEventListener("change", () => this.take(choice.value));
  }

  async take(device = sessionStorage.getItem("microphone") ?? "") {
    const audio = { deviceId: device || undefined, echoCancellation: true, noiseSuppression: true };
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    const [track] = stream.getAudioTracks();
    const spoken = sender(this.#session());
    if (spoken) track.enabled = spoken.track.enabled; // who is muted stays so
    await spoken?.replaceTrack(track);
    this.release();
    this.stream = stream;
    sessionStorage.setItem("microphone", device);
    await this.#list(track.getSettings().deviceId);
    this.#measure(stream);
  }

  release() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  async #list(chosen) {
    const known = await navigator.mediaDevices.enumerateDevices();
    const choices = known.filter(({ kind }) => kind === "audioinput");
    this.#choice.replaceChildren(
      ...choices.map(({ deviceId, label }) => new Option(label, deviceId, false, deviceId === chosen)),
    );
  }

  // Whether somebody speaks into it within some seconds.
  async hears(seconds) {
    await this.#context?.resume(); // a page that was loaded again measures nothing before somebody has clicked
    const until = Date.now() + 1000 * seconds;
    let loud = 0;
    while (loud < 3 && Date.now() < until) {
      await new Promise((look) => setTimeout(look, LOOK_MS));
      if (this.#level.value > SPOKEN) loud += 1;
    }
    return loud === 3;
  }

  #measure(stream) {
    const context = new AudioContext();
    this.#context = context;
    const ear = new AnalyserNode(context, { fftSize: 4096 }); // what was heard since the last look
    context.createMediaStreamSource(stream).connect(ear);
    const heard = new Float32Array(ear.fftSize);
    const look = setInterval(() => {
      if (stream !== this.stream || !stream.active) {
        clearInterval(look);
        context.close();
        return;
      }
      ear.getFloatTimeDomainData(heard);
      this.#level.value = Math.min(1, 4 * Math.sqrt(heard.reduce((sum, one) => sum + one * one, 0) / heard.length));
    }, LOOK_MS);
  }
}

// The sender of the microphone's sound in a call; none where there is no call.
export const sender = (session) => session?.connection?.getSenders().find(({ track }) => track?.kind === "audio");

// Put the other side's voice into a loudspeaker. A call of ours has its connection already, one that comes in has none.
export const hear = (session, loudspeaker) => {
  const listen = (connection) =>
    connection.addEventListener("track", ({ streams }) => {
      loudspeaker.srcObject = streams[0];
      loudspeaker.play();
    });
  if (session.connection) listen(session.connection);
  else session.on("peerconnection", ({ peerconnection }) => listen(peerconnection));
};

// A second on, two off, for a minute.
export class Ringer {
  #context = null;

  ring(on) {
    this.#context?.close();
    this.#context = null;
    if (!on) return;
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: 440 });
    const volume = new GainNode(context, { gain: 0 });
    for (let at = 0; at < 60; at += 3) {
      volume.gain.setValueAtTime(0.08, context.currentTime + at);
      volume.gain.setValueAtTime(0, context.currentTime + at + 1);
    }
    tone.connect(volume).connect(context.destination);
    tone.start();
    this.#context = context;
  }
}

// Tones of some hertz together, for a moment, in this room alone.
export const beep = (frequencies, seconds, volume) => {
  const context = new AudioContext();
  const gain = new GainNode(context, { gain: 0.1 * volume });
  gain.connect(context.destination);
  for (const frequency of frequencies) {
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(gain);
    tone.start();
    tone.stop(context.currentTime + seconds);
    tone.onended = () => context.state === "closed" || context.close();
  }
};
