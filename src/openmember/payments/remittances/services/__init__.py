"""Taking remittance files, posting what is sound in them, and working what waits."""
