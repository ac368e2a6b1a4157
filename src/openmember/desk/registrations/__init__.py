"""Applications of new patients at the desk: the queue, a new one, and deciding one."""
