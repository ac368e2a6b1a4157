"""Files sent with a case."""
