"""The desk's cases: the queue, one case, and what is done with it."""
