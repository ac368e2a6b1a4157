"""File formats of the trade: bytes to dataclasses and back. Pure: no Django, no clock, no files."""
