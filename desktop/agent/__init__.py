"""The agent's page: her state, her phone, and the call she is in."""
