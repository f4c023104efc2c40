"""Dialogs as documents: a caller who tries every key, what he finds wrong, and a drawing of where he has been."""
