"""Talks to callers: dialogs on a FastAGI server, one thread a call."""
