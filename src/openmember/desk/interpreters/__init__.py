"""Interpreters at the desk: asked for beside a contact or for a visit, and those that wait."""
