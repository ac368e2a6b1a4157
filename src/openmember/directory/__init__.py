"""The organisation's regions and lines, as data that another plan can replace."""
