"""Work from lists: whom a client wants rung, and what came of it."""
