"""What payers decided about care, and the visits and dispensings of our own that were charged."""
