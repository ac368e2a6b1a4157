"""The `openmember` command."""
