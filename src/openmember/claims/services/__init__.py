"""Taking remittances, matching their claims, recording visits, and working what waits."""
