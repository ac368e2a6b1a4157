"""`openmember demo`: a believable plan from a fixed seed, made by the services themselves."""

from openmember.cli.demo.command import demo, load

__all__ = ["demo", "load"]
