"""What we write to members: letters, the forms they come in, and how they are sent and kept."""
