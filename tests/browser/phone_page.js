// The least a page needs to be a phone: rings `window.phone` up to date for the test that looks at it.
import JsSIP from "/static/jssip.js";

const phone = { state: "new", error: "", rung: [] };
window.phone = phone;
window.sound = async () => {
  const seen = { sent: 0, received: 0, energy: 0, codec: "" };
  for (const one of (await phone.connection.getStats()).values()) {
    if (one.type === "outbound-rtp") seen.sent = one.packetsSent;
    if (one.type === "inbound-rtp") {
      seen.received = one.packetsReceived;
      seen.energy = one.totalAudioEnergy;
    }
    if (one.type === "codec") seen.codec = one.mimeType;
  }
  return seen;
};

const { number, password } = await (await fetch("/phone")).json();
const ua = new JsSIP.UA({
  sockets: [new JsSIP.WebSocketInterface(`ws://${location.host}/phone/ws`)],
  uri: `sip:${number}@rufwerk.invalid`,
  password,
  register_expires: 120,
  session_timers: false,
});
phone.number = number;
phone.ua = ua;
ua.on("registered", () => (phone.state = "registered"));
ua.on("registrationFailed", ({ cause }) => (phone.error = cause));
ua.on("disconnected", () => (phone.state = "disconnected"));
ua.on("newRTCSession", ({ session }) => {
  phone.rung.push(session.remote_identity.uri.user);
  session.on("peerconnection", ({ peerconnection }) => {
    phone.connection = peerconnection;
    peerconnection.addEventListener("track", ({ streams }) => {
      phone.loudspeaker = new Audio();
      phone.loudspeaker.srcObject = streams[0];
      phone.loudspeaker.play();
    });
  });
  session.on("confirmed", () => (phone.state = "talking"));
  session.on("failed", ({ cause }) => (phone.error = cause));
  session.on("ended", () => (phone.state = "over"));
  session.answer({
    mediaConstraints: { audio: true, video: false },
    pcConfig: { iceServers: [] },
  });
});
ua.start();
