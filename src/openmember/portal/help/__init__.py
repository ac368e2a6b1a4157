"""The pages of questions about bills."""
