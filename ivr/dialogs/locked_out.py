"""What a caller hears whose number is locked out from the brand's service by telephone."""

from ivr.dialog import Caller, Farewell


def turn_away(caller: Caller) -> Farewell:
    """Say so, and what he may do instead."""
    caller.say("locked_out")
    caller.say("farewell")
    return Farewell()
