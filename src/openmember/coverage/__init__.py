"""Who is covered, by which plan, from when until when, and how that came to be known."""
