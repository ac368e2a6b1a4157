"""Double-entry transfers. Knows accounts by their number and nothing of bills or payments."""
