"""Financial help at the desk: what waits, taking an application for a caller or from paper, deciding."""
