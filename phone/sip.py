"""A real SIP phone on pjsua2, in a process of its own: ``python -m phone.sip``, one JSON object a line in and out.

The first line in is the job (``phone.sip_jobs``); a waiting phone then takes ``{"do": "answer" | "decline" |
"hang_up"}``. Out come events, each with ``event`` and ``at`` (monotonic seconds); ``over`` is a call's last.
The end of the input, or SIGTERM, ends the phone.

pjsua2 aborts the interpreter when its teardown is forgotten, and its native threads must not outlive it.
"""

import contextlib
import json
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import pjsua2

from phone.pipe import Events, Orders
from phone.script import Leave, Run, parse, times
from phone.sip_jobs import CallJob, WaitJob, read_job

_RATE: Final = 8000
_POLL_MS: Final = 10
_LISTEN_EACH_S: Final = 0.02
_AUDIBLE: Final = 2
"""pjsua's level of a frame, 0 to 255; speech is at 10 to 35, a quiet line at 0."""

_KEY_MS: Final = 100
_JITTER_MS: Final = 100
"""Packets are held back this long, so that a busy machine leaves no holes in the recording."""

_NO_CALL: Final = -1
_NEVER: Final = -1
_DISCARD_NOTHING: Final = 0  # PJMEDIA_JB_DISCARD_NONE
_GOODBYE_S: Final = 3.0
_RTP_PORTS: Final = range(40000, 58000, 100)
"""Above Asterisk's; each phone begins at a random one of these."""


class Call(pjsua2.Call):  # type: ignore[misc]
    """A call of either direction: what it sounds like, and how far it has come."""

    def __init__(
        self, account: Any, events: Events, record: str = "", call_id: int = _NO_CALL
    ) -> None:
        super().__init__(account, call_id)
        self.is_answered = False
        self.is_over = False
        self.we_hung_up = False
        self._events = events
        self._record = record
        self._recorder: Any = None
        self._silence: Any = None
        self._sound: Any = None

    def onCallState(self, prm: Any) -> None:  # noqa: N802, ARG002 - pjsua2's name
        info = self.getInfo()
        if info.state == pjsua2.PJSIP_INV_STATE_EARLY:
            self._events.tell("ringing", status=info.lastStatusCode, remote=info.remoteUri)
        elif info.state == pjsua2.PJSIP_INV_STATE_CONFIRMED:
            self.is_answered = True
            self._events.tell("answered")
        elif info.state == pjsua2.PJSIP_INV_STATE_DISCONNECTED:
            self._events.tell(
                "over", by=self._ended_by(), status=info.lastStatusCode, reason=info.lastReason
            )
            self.is_over = True

    def onCallMediaState(self, prm: Any) -> None:  # noqa: N802, ARG002 - pjsua2's name
        info = self.getInfo()  # kept: its list of media dies with it
        for media in info.media:
            if (
                media.type == pjsua2.PJMEDIA_TYPE_AUDIO
                and media.status == pjsua2.PJSUA_CALL_MEDIA_ACTIVE
            ):
                self._sound = self.getAudioMedia(media.index)
                self._send_silence()
                if self._record:
                    self._connect_recorder()

    def level(self) -> int:
        """How loud the last frame received was; 0 where there is no sound yet."""
        return int(self._sound.getTxLevel()) if self._sound is not None and not self.is_over else 0

    def say(self, generator: Any) -> None:
        """What it sends, for those that send more than silence."""

    def type_key(self, key: str) -> None:
        parameters = pjsua2.CallSendDtmfParam()
        parameters.method = pjsua2.PJSUA_DTMF_METHOD_RFC2833
        parameters.digits = key
        parameters.duration = _KEY_MS
        self.sendDtmf(parameters)

    def end(self, status: int = 0) -> None:
        """Hang up, cancel, or decline with a SIP status."""
        if self.is_over or self.we_hung_up:
            return
        self.we_hung_up = True
        parameters = pjsua2.CallOpParam(True)
        parameters.statusCode = status
        self.hangup(parameters)

    def pick_up(self) -> None:
        parameters = pjsua2.CallOpParam(True)
        parameters.statusCode = 200
        self.answer(parameters)

    def close(self) -> None:
        """Let go of pjsua's objects, in its order; the recording is complete afterwards."""
        self._sound = None
        self._recorder = None
        self._silence = None

    def _ended_by(self) -> str:
        if self.we_hung_up:
            return "caller" if self.is_answered else "error"
        return "portal" if self.is_answered else "error"

    def _send_silence(self) -> None:
        """A telephone sends sound all the time; one that sends none is taken for dead."""
        if self._silence is None:
            self._silence = pjsua2.ToneGenerator()
            self._silence.createToneGenerator(_RATE, 1)
            self.say(self._silence)
        with contextlib.suppress(pjsua2.Error):  # connected already
            self._silence.startTransmit(self._sound)

    def _connect_recorder(self) -> None:
        if self._recorder is None:
            self._recorder = pjsua2.AudioMediaRecorder()
            self._recorder.createRecorder(self._record)
            self._events.tell("recording")
        with contextlib.suppress(
            pjsua2.Error
        ):  # a second media state of the same call: connected already
            self._sound.startTransmit(self._recorder)


class Account(pjsua2.Account):  # type: ignore[misc]
    """Who we are to the portal; gives incoming calls to ``take``."""

    def __init__(self, events: Events, take: Callable[[int], None]) -> None:
        super().__init__()
        self._events = events
        self._take = take

    def onRegState(self, prm: Any) -> None:  # noqa: N802 - pjsua2's name
        self._events.tell(
            "registered" if prm.code == 200 else "unregistered", status=prm.code, reason=prm.reason
        )

    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802 - pjsua2's name
        self._take(prm.callId)


@contextlib.contextmanager
def user_agent(bound: str, port: int = 0) -> Iterator[Any]:
    """pjsua2 without a sound device, its callbacks in this thread alone, from ``libHandleEvents``. It listens at the
    address ``bound`` ("" is any) and at ``port`` (0 is any that is free).
    """
    config = pjsua2.EpConfig()
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.uaConfig.userAgent = "rufwerk"
    config.logConfig.level = config.logConfig.consoleLevel = 0
    media = config.medConfig
    media.clockRate = media.sndClockRate = _RATE
    media.sndAutoCloseTime = (
        _NEVER  # the clock that sends would be stopped a second after a call, or into the next
    )
    media.noVad = True
    media.ecTailLen = 0
    _keep_every_packet(media)
    endpoint = pjsua2.Endpoint()
    endpoint.libCreate()
    try:
        endpoint.libInit(config)
        endpoint.audDevManager().setNullDev()
        transport = pjsua2.TransportConfig()
        transport.boundAddress, transport.port = bound, port
        endpoint.transportCreate(pjsua2.PJSIP_TRANSPORT_UDP, transport)
        endpoint.libStart()
        yield endpoint
    finally:
        endpoint.libDestroy()


def _keep_every_packet(media: Any) -> None:
    """Let the jitter buffer hold packets back and drop none for being early, so that the recording is whole.

    Python can't set the algorithm (an enum pointer to SWIG) but by pjsua2's JSON.
    """
    written = pjsua2.JsonDocument()
    media.writeObject(written.getRootContainer())
    values = json.loads(written.saveString())
    wait = {"jbInit": _JITTER_MS, "jbMinPre": _JITTER_MS, "jbMaxPre": _JITTER_MS}
    values["MediaConfig"].update(wait, jbMax=10 * _JITTER_MS, jbDiscardAlgo=_DISCARD_NOTHING)
    changed = pjsua2.JsonDocument()
    changed.loadString(json.dumps(values))
    media.readObject(changed.getRootContainer())


def _bound_to(host: str) -> str:
    """A phone that rings this machine listens on loopback only."""
    return "127.0.0.1" if host in ("localhost", "127.0.0.1") else ""


def account_config(bound: str, identity: str) -> Any:
    config = pjsua2.AccountConfig()
    config.idUri = identity
    transport = config.mediaConfig.transportConfig
    transport.port = secrets.choice(_RTP_PORTS)
    transport.portRange = 2000
    transport.boundAddress = bound
    return config


def _caller_identity(job: CallJob) -> str:
    if job.caller is None:
        return '"Anonymous" <sip:anonymous@anonymous.invalid>'
    return f"sip:{job.caller}@{job.host}"


def place_call(job: CallJob, orders: Orders, events: Events) -> None:
    """Ring, type the script, hang up; events: ringing, answered, recording, typed, leaving, over."""
    with user_agent(_bound_to(job.host)) as endpoint:
        _place_call(job, endpoint, orders, events)


def _place_call(job: CallJob, endpoint: Any, orders: Orders, events: Events) -> None:
    """A function of its own, so that nothing of pjsua2's is left when the endpoint goes."""
    account = Account(events, lambda _: None)
    account.create(account_config(_bound_to(job.host), _caller_identity(job)))
    call = Call(account, events, job.record)
    try:
        call.makeCall(f"sip:{job.number}@{job.host}:{job.port}", pjsua2.CallOpParam(True))
        _carry_through(call, job, endpoint, orders, events)
    finally:
        _hang_up(call, endpoint)
        call.close()
        account.shutdown()


def _carry_through(call: Call, job: CallJob, endpoint: Any, orders: Orders, events: Events) -> None:
    """Until one side has had enough."""
    ends_at = time.monotonic() + job.at_most_s
    typist: _Typist | None = None
    while not call.is_over and not orders.at_end:
        endpoint.libHandleEvents(_POLL_MS)
        orders.take()
        now = time.monotonic()
        if call.is_answered and typist is None:
            typist = _Typist(call, Run(parse(job.keys), now), events)
        why = Leave.TIME_IS_UP if now >= ends_at else typist.step(now) if typist else None
        if why is not None and not call.is_over:
            left = typist.untyped if typist else len(parse(job.keys))
            events.tell("leaving", why=why.value, left=left)
            return


class _Typist:
    """Listens to an answered call and types its script."""

    def __init__(self, call: Call, run: Run, events: Events) -> None:
        self._call = call
        self._run = run
        self._events = events
        self._due: list[tuple[float, str]] = []
        self._listened_at = 0.0

    @property
    def untyped(self) -> int:
        return self._run.untyped

    def step(self, now: float) -> Leave | None:
        """Do what is due; why to hang up, if there is a reason."""
        if now >= self._listened_at + _LISTEN_EACH_S:
            self._listened_at = now
            if self._call.level() >= _AUDIBLE:
                self._run.sound(now, _LISTEN_EACH_S)
        if self._due:
            self._type(now)
            return None
        step = self._run.next(now)
        if isinstance(step, Leave):
            return step
        self._due = [(now + wait_s, key) for wait_s, key in times(step or "")]
        return None

    def _type(self, now: float) -> None:
        if now < self._due[0][0] or self._call.is_over:
            return
        self._call.type_key(self._due.pop(0)[1])
        if not self._due:
            self._run.typed(now)
            self._events.tell("typed", left=self._run.untyped)


def _hang_up(call: Call, endpoint: Any) -> None:
    call.end()
    until = time.monotonic() + _GOODBYE_S
    while not call.is_over and time.monotonic() < until:
        endpoint.libHandleEvents(_POLL_MS)


class _Waiting:
    """A registered phone: one call at a time, a second one is busy."""

    def __init__(self, job: WaitJob, events: Events) -> None:
        self._job = job
        self._events = events
        self.account = Account(events, self._take)
        self.call: Call | None = None
        self._answer_at: float | None = None

    def register(self) -> None:
        job = self._job
        config = account_config(_bound_to(job.host), f"sip:{job.user}@{job.host}")
        config.regConfig.registrarUri = f"sip:{job.host}:{job.port}"
        config.sipConfig.authCreds.append(
            pjsua2.AuthCredInfo("digest", "*", job.user, 0, job.password)
        )
        self.account.create(config)

    def obey(self, order: dict[str, Any]) -> None:
        if self.call is None:
            return
        if order["do"] == "answer":
            self.call.pick_up()
        else:
            self.call.end(603 if order["do"] == "decline" else 0)

    def step(self) -> None:
        """What is due now: an answer, or letting go of a call that is over."""
        if self.call is not None and self.call.is_over:
            self.call.close()
            self.call = self._answer_at = None
        if (
            self.call is not None
            and self._answer_at is not None
            and time.monotonic() >= self._answer_at
        ):
            self._answer_at = None
            self.call.pick_up()

    def _take(self, call_id: int) -> None:
        parameters = pjsua2.CallOpParam()
        if self.call is not None:
            second = pjsua2.Call(self.account, call_id)  # its end is no event of the first
            self._events.tell("busy", remote=second.getInfo().remoteUri)
            parameters.statusCode = 486
            second.hangup(parameters)
            return
        call = self.call = Call(self.account, self._events, call_id=call_id)
        parameters.statusCode = 180
        call.answer(parameters)
        if self._job.answer_after_s is not None:
            self._answer_at = time.monotonic() + self._job.answer_after_s


def wait_for_calls(job: WaitJob, orders: Orders, events: Events) -> None:
    """Stay registered until the input ends; events: registered, unregistered, ringing, answered, over, busy."""
    with user_agent(_bound_to(job.host)) as endpoint:
        _wait_for_calls(job, endpoint, orders, events)


def _wait_for_calls(job: WaitJob, endpoint: Any, orders: Orders, events: Events) -> None:
    """A function of its own, as ``_place_call``."""
    phone = _Waiting(job, events)
    try:
        phone.register()
        while not orders.at_end:
            endpoint.libHandleEvents(_POLL_MS)
            for order in orders.take():
                phone.obey(order)
            phone.step()
    finally:
        if phone.call is not None:
            _hang_up(phone.call, endpoint)
            phone.call.close()
            phone.call = None
        phone.account.shutdown()


def main() -> None:
    """One job from the standard input, events to the standard output, which nothing else may write to."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # pjsua prints before it has read its settings
    orders, events = Orders(0), Events(out)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: orders.stop())
    job = read_job(orders.first())
    if isinstance(job, CallJob):
        place_call(job, orders, events)
    else:
        wait_for_calls(job, orders, events)


if __name__ == "__main__":
    main()
