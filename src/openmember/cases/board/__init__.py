"""The supervisor's board: what waits, how well promises are kept, and how many people are needed."""
