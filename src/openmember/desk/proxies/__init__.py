"""Proxies of the people on the open account: who they are, a new one, and ending one."""
