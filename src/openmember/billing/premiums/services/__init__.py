"""Running, rating, and settling the terms of premiums."""
