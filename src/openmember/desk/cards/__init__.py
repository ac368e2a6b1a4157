"""ID cards that members asked for by mail."""
