"""Who takes which call, and why: facts in, commands out; pure, so that a recorded day can be replayed."""
