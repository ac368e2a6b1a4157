"""What a counter refuses, in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from openmember.kernel.sql import Refused


class CounterRefused(Exception):
    """The counter cannot do this; nothing was changed. The message says why in words."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail or name.replace("_", " "))
        self.name = name


@contextmanager
def counter_refusals() -> Iterator[None]:
    """Turn what the database refuses into `CounterRefused`."""
    try:
        yield
    except Refused as refused:
        raise CounterRefused(refused.name, refused.detail) from refused
