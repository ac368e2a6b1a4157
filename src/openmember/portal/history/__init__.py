"""The payments made, to find, sort and take along."""
