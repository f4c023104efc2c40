"""The HTTP API: what people do at the desk, for programs of others."""
