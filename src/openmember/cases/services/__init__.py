"""What is done to a case: one function a verb."""
