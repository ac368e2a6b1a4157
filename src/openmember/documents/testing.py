"""Files for tests, as a browser sends them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

PDF = b"%PDF-1.7\n%made for a test\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"
_serial = count(1)


@dataclass(frozen=True)
class File:
    """A file as a browser sends it."""

    name: str
    content: bytes

    def chunks(self) -> Iterator[bytes]:
        yield from (self.content[at : at + 65536] for at in range(0, len(self.content), 65536))


def a_file(name: str = "pay-stub.pdf", content: bytes = b"") -> File:
    """Return a small PDF, unlike any other."""
    return File(name, content or PDF + str(next(_serial)).encode() + b"\n%%EOF\n")
