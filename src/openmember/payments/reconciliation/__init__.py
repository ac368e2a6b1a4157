"""Bank, gateways and books held against one another, and what differs worked in a queue."""
