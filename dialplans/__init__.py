"""Asterisk's configuration as Jinja templates; ``rufwerk.asterisk_config`` fills them in."""
