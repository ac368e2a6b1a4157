"""What the staff see: one folder a journey."""
