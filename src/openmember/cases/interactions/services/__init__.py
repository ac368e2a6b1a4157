"""What happens in a contact: one function a verb."""
