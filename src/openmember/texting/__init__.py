"""Text messages: an outbox that every room may write to, and whoever carries what is in it."""
