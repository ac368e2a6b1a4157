"""Payments a representative asks for by a link that is sent."""
