"""Messages at the desk: who waits for a reply, one thread, answering it, writing first."""
