"""Members' own devices: which ones keep a card, which ones are told of news, and telling them."""
