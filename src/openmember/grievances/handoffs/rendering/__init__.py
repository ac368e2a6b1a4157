"""The file of a dispute set as pages: its cover, each exhibit with its numbers, one PDF out of many."""
