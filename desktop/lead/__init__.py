"""The team lead's pages: the floor live, what she changes there, a call's story, and the wallboard."""
