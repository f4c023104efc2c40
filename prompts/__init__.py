"""What the portal says: texts in four languages, and the audio made of them."""
