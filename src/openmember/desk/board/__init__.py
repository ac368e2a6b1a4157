"""The supervisor's board: what waits, how it went, what is behind each figure, and what will come."""
