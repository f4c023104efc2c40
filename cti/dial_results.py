"""How ringing somebody ended, from the words and causes of Asterisk 22 as measured."""

from typing import Final

from domain.field_facts import CallBackResult, OfferResult

_CALL_REJECTED: Final = "21"


def originate_result(reason: str, *, rang: bool) -> OfferResult:
    """How an offer ended that we rang ourselves, from OriginateResponse as Asterisk 22 gives it: reason 3 is that the
    time is over, 5 busy, 0 anything else; of a phone that rang, that it was declined.
    """
    if reason == "3":
        return OfferResult.NO_ANSWER
    return OfferResult.REJECTED if rang or reason == "5" else OfferResult.UNREACHABLE


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
