"""Walking in: the kiosk at which one takes a number, the number's own page, and the screen in the room."""
