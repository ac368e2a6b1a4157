"""Who is there for members: available, in a contact, after one, on a break, away."""
