"""Registering as a new patient: the ways there are, the application on the web, and that it came."""
