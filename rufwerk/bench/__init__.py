"""Measurements of the whole product, each in a scratch instance of its own; ``rufwerk bench`` prints them."""
