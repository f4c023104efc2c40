"""The switchboard: sees what Asterisk does, decides who talks to whom, and lets Asterisk do it."""
