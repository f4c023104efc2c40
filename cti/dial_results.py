"""How ringing somebody ended, from the words and causes of Asterisk 22 as measured."""

from collections.abc import Mapping
from typing import Final

from domain.dial_facts import DialResult
from domain.field_facts import CallBackResult, OfferResult

_CALL_REJECTED: Final = "21"

_DIAL_RESULTS: Final[Mapping[str, DialResult]] = {
    "0": DialResult.NO_ANSWER,
    "1": DialResult.WRONG_NUMBER,
    "17": DialResult.BUSY,
    "18": DialResult.NO_ANSWER,
    "19": DialResult.SWITCHED_OFF,  # a time that ran out has no cause
    "20": DialResult.SWITCHED_OFF,
    "21": DialResult.DECLINED,
    "22": DialResult.WRONG_NUMBER,
    "28": DialResult.WRONG_NUMBER,
}
"""By the cause (Q.850) of the line that was dialled, as Asterisk 22 gives it for SIP's answers: 404 is 1, 410 is 22,
480 is 19, 484 is 28, 486 and 600 are 17, 604 is 1, 603 is 21
(and so are 401, 403 and 407, with which it is the carrier that refuses us).
"""


def originate_result(reason: str, *, rang: bool) -> OfferResult:
    """How an offer ended that we rang ourselves, from OriginateResponse as Asterisk 22 gives it: reason 3 is that the
    time is over, 5 busy, 0 anything else; of a phone that rang, that it was declined.
    """
    if reason == "3":
        return OfferResult.NO_ANSWER
    return OfferResult.REJECTED if rang or reason == "5" else OfferResult.UNREACHABLE


def dial_result(cause: str, *, rang: bool) -> DialResult:
    """How dialling somebody ended, from the cause of his line's Hangup. A carrier that stops ringing him says 480, as
    where he can't be reached.
    """
    result = _DIAL_RESULTS.get(cause, DialResult.NETWORK_ERROR)
    return DialResult.NO_ANSWER if rang and result is DialResult.SWITCHED_OFF else result


def call_back_result(status: str, cause: str) -> CallBackResult:
    """What came of ringing a caller, from DIALSTATUS and HANGUPCAUSE as Asterisk 22 gives them."""
    match status, cause:
        case "ANSWER", _:
            return CallBackResult.FAILED  # answered and gone before he was joined
        case "CHANUNAVAIL", ("1" | "28"):
            return CallBackResult.REFUSED  # there is no such number
        case ("BUSY", _) | ("CHANUNAVAIL", "21"):
            return CallBackResult.BUSY
        case "NOANSWER", _:
            return CallBackResult.NO_ANSWER
        case _:
            return CallBackResult.FAILED


def offer_result(status: str, cause: str) -> OfferResult:
    """How an offer ended, from DIALSTATUS and HANGUPCAUSE as Asterisk 22 gives them."""
    match status, cause:
        case "NOANSWER", _:
            return OfferResult.NO_ANSWER
        case (("BUSY" | "ANSWER"), _):
            return OfferResult.REJECTED  # answered and hung up before the caller was joined
        case "CHANUNAVAIL", str(number) if number == _CALL_REJECTED:
            return OfferResult.REJECTED
        case (("CHANUNAVAIL" | "CONGESTION"), _):
            return OfferResult.UNREACHABLE
        case "CANCEL", _:
            return OfferResult.CALLER_LEFT
        case _:
            return OfferResult.FAILED
