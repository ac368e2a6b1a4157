"""People: who they are, how to reach them, what they need to read and hear, and who signs in."""
