"""Making files, handing them on, giving the member theirs, sharing what is new."""
