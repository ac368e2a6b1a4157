"""The same payment written plainly with the Django ORM, to measure against."""
