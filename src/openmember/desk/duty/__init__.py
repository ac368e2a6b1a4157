"""Presence at the desk: saying where one is, and pulling what comes next by one key."""
