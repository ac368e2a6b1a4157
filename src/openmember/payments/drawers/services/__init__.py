"""What is done at the counter, a verb a module."""
