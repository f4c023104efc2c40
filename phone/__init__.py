"""Phones that ring the portal: the scripted caller, its hearing, and the phones of tests and loads."""
