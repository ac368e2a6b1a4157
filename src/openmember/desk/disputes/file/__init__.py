"""The evidence file of a dispute at the desk: made, copied for the member, handed on, shared."""
