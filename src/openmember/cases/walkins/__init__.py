"""People who come to a facility's Member Services desk: tickets, whose turn it is, and who calls them."""
