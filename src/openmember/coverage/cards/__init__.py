"""ID cards: what stands on a member's card today, and cards asked for by mail."""
