"""Why a call is offered next, and to this agent: written into the log in words."""

from enum import StrEnum


class OfferReason(StrEnum):
    """The words, with holes (``domain.worded``)."""

    PRIORITY = "priority {priority}"
    BELOW_LEVEL = "{tenant} is {points} points below its service level"
    WAITED = "waited {seconds} s"
    RELAXED = "relaxed to stage {stage}"
    NOBODY_ELSE = "nobody else is free"
    SPOKE_LAST = "spoke with her last"
    SKILLS = "skills {skills}, of {ready} ready"
    IDLE = "idle {seconds} s"
