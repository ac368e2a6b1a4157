"""What the API answers with and takes, in the names apps see."""
