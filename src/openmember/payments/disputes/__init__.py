"""What a card's bank takes back and gives again, and what gateways say that does not go with what we know."""
