"""The words of the trade and their rules, as values; imports nothing but the standard library."""
