"""Files people send: known by their content, bounded, scanned, and kept where no web server reaches."""
