"""Layout, components, filters, words and assets of every page."""
