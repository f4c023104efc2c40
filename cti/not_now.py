"""Why the switchboard doesn't do what a desk asks, in English; the desk says it in the language of who reads it."""

from enum import StrEnum

from domain.denial import Denied


class Hindrance(StrEnum):
    """Each says what to do, too."""

    NO_SUCH_PHONE = "There is no phone {phone}. Sign in at one of {known}."
    PHONE_TAKEN = "Somebody else is signed in at {phone}. Take another phone."
    PHONE_JUST_TAKEN = "Somebody else has just signed in at {phone}. Take another phone."
    IN_A_CALL = "You are in a call. Move to another phone when it is over."
    NOT_SIGNED_IN = "Not signed in. Sign in at a phone first."
    NO_WRAP_UP = "There is no wrap-up to end."
    NOT_RECORDED = "Record what you did for the caller first, or that he had no concern."
    NAMES_SOMEBODY = "{control} is done with the caller: name nobody."
    BEING_TRANSFERRED = "The caller is being transferred."
    GUEST_IS_THERE = "Somebody has been asked in. Hand the caller on, or resume first."
    GUEST_WOULD_STAY = "Somebody has been asked in, and stays with the caller if you hang up."
    NOT_ON_HOLD = "The caller isn't on hold here. A phone's own hold key is undone at the phone."
    ON_HOLD_ALREADY = "The caller is on hold already."
    NO_GUEST = "Nobody has been asked in who could talk with the caller. Consult first."
    NO_CALLER = "There is no caller on the line, or a colleague has asked for this."
    PHONE_NOT_FREE = "{phone} is no phone that is free. Sign out there, or name another one."
    NO_LISTENING = (
        "{tenant} doesn't let supervisors take part. Its file may: listening = true under [field]."
    )
    NOT_BY_THEMSELVES = "Caller and agent aren't by themselves. Wait until they are."
    NO_TARGET = "{to!r} is no target: write agent:..., skill:... or line:...."
    NO_SUCH_LINE = "{tenant} names no line {line!r} under [transfer]; it names {known}."
    COLLEAGUE_AWAY = "That colleague isn't signed in. Take another one, or a skill."
    COLLEAGUE_BUSY = "That colleague isn't ready. Take another one, or a skill."
    NO_SKILL = "{skill!r} is no skill. Write it as it is given to agents."
    NOBODY_READY = "Nobody who knows {skill} is ready. Transfer, or wait."
    BUSY_HERSELF = "You have a call. Dial when it is over."
    PHONE_AWAY = "Your phone can't be reached. See that it is on, or sign in at another one."
    DIAL_LAPSED = (
        "You have just got a call, or somebody rings him back at this moment. Try again when that"
        " is over."
    )
    NOTHING_TO_CANCEL = (
        "There is nothing to cancel: nobody is being dialled. Hang up to end a call."
    )
    NOT_IN_FIELD = "There is no call {call} in the field. See rufwerk field."
    NOT_ON_LIST = "He isn't on the list of those nobody reached any more."


class NotNow(Denied):
    """What was asked doesn't fit the moment; the message says what to do."""
