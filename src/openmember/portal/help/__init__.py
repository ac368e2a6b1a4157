"""Answers to questions about bills, searched and shown where the questions arise."""
