"""Answers to questions about bills, in three languages."""
