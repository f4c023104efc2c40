"""Rows and facts in SQLite or PostgreSQL, behind the ports of the domain."""
