"""Measurements of the whole product, each in a scratch instance of its own; ``rufwerk bench`` prints them."""


class NoDialplan(Exception):
    """The dialplan of a measurement isn't there; the message says where it is looked for."""
