"""The bill pay number: issued once, permanent, and resolved on every channel."""
