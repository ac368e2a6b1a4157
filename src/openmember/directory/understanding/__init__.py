"""What a person needs, from their own words: which team, how sure, and because of which words."""
