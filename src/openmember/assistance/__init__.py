"""Medical financial assistance: applying, deciding by published guidelines, and taking it off the bills."""
