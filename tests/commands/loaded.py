"""What the process is forked from: Django and every command, loaded and not connected to anything."""

from importlib import import_module

import django

from openmember.cli.main import COMMANDS

django.setup()
for place in COMMANDS.values():
    import_module(place.target.partition(":")[0])
import_module("openmember.config.urls")
