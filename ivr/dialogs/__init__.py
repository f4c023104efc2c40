"""One module per thing a caller can do; each reads like a script."""
