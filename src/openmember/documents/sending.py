"""Answering with a file: one to keep, which no browser runs or shows as a page of ours."""

from typing import BinaryIO, cast

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header


def send_file(*, name: str, media_type: str, source: BinaryIO) -> HttpResponse:
    """Return the whole file, which its bound keeps small. The type is what the content showed."""
    return HttpResponse(source.read(), content_type=media_type, headers=_headers(name))


def stream_file(*, name: str, media_type: str, source: BinaryIO) -> HttpResponse:
    """Return a file of any size in pieces; it is closed with the answer."""
    answer = FileResponse(
        source, as_attachment=True, filename=name, content_type=media_type, headers=_headers(name)
    )
    return cast(HttpResponse, answer)  # All that views and what wraps them ask of it, it has.


def _headers(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
