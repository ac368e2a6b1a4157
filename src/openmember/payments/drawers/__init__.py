"""The counter: drawers, what is taken into them, their count, and the deposit that goes to the bank."""
