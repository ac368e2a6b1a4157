"""Requests for an interpreter, for a contact or an appointment: asked, assigned, done, or not to be had."""
