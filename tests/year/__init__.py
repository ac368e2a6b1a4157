"""A year of the plan, day by day: members who pay, forget, move and fall ill, an office that does its rounds.

`python -m tests.year --members 5000 --days 365 --seed 1` on a database of its own; `make year` does that.
The books are proved every night and closed every month, and the same seed gives the same books to the cent.
"""
