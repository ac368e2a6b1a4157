"""The Member Services desk of an office: who waits in the room, whom one calls, and who stands before one."""
