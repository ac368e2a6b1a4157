"""The same need again and again: one person who sees it through."""
