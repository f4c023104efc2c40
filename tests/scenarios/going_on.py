"""A telephone whose calls break off."""

from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from typing_extensions import override

from ivr.agi_channel import AgiRequest
from ivr.dialog import CallerHungUp
from tests.fakes.telephone import Heard, ScriptedLine
from tests.scenarios.portal import Call, Exchange

PHONE: Final = "+493055500007"
"""Nobody's: the line's language, whoever keys his number there."""

NUMBER, PIN = "10000001#", "135790#"
HINTS: Final = "language.hint:en, language.hint:es, language.hint:fr"
GREETING: Final = f"welcome:de, {HINTS}, login.number:de"
OFFER: Final = f"welcome:de, {HINTS}, login.go_on:de"
YES, NO = "1#", "2#"


_ENDS = count(100)


class HearsAll(ScriptedLine):
    """Whose caller hears a sound to its end before he hangs up."""

    def __init__(self, keys: list[str], exchange: Exchange) -> None:
        super().__init__(keys)
        self._exchange = exchange

    @override
    def get_data(self, sound: str, timeout_s: float, max_digits: int, playing_s: float) -> Heard:
        try:
            return super().get_data(sound, timeout_s, max_digits, playing_s)
        except CallerHungUp:
            self._exchange.seconds += playing_s
            raise


def request(uniqueid: str, number: str | None = PHONE) -> AgiRequest:
    return AgiRequest("inbound", uniqueid, number, "555100", "de")


@dataclass(frozen=True, slots=True)
class Telephone:
    exchange: Exchange
    number: str | None = PHONE

    def __call__(self, *keys: str, dialled: str = "555100") -> Call:
        return self.exchange.call(*keys, number=self.number, dialled=dialled)

    def to_the_end(self, *keys: str) -> Call:
        """He hears what follows the last keys before he hangs up."""
        line = HearsAll(list(keys), self.exchange)
        return self.exchange.run(line, request(f"1772452800.9{next(_ENDS)}", self.number))

    def of(self, number: str | None) -> "Telephone":
        return replace(self, number=number)


def is_offered(call: Call) -> bool:
    return call.rows[0] == ("", [OFFER])


def after_pin(call: Call) -> list[str]:
    """What is heard after the PIN that was keyed to go on."""
    assert [keys for keys, _ in call.rows[1:3]] == [YES, PIN]
    assert call.rows[1][1] == ["login.pin:de"]
    assert call.rows[2][1][0] == "login.moment:de"
    return call.rows[2][1][1:]
