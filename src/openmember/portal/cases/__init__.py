"""A member's questions: asking, following, answering back."""
