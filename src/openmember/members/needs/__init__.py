"""What a member needs of whoever answers or receives them: interpreter, relay, accommodations."""
