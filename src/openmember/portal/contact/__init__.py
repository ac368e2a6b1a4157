"""Contact us: whom to call, whether they are there now, and what can be done without calling."""
