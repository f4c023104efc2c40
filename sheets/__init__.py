"""Clients' workbooks and CSV files: their lists in, hardened against what strangers send, and the results back out."""
