"""The files a document can be had as: their names, and sending them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.letters.rendering import braille
from openmember.letters.types import Form
from openmember.ui.pages import show

FORMS = {
    "document.pdf": Form.PDF,
    "large-print.pdf": Form.LARGE_PRINT,
    "document.txt": Form.TEXT,
    "document.brf": Form.BRAILLE,
}
LABELS = {
    "document.pdf": gettext_lazy("PDF"),
    "large-print.pdf": gettext_lazy("PDF in large print"),
    "document.txt": gettext_lazy("Plain text"),
    "document.brf": gettext_lazy("Braille (BRF)"),
}


@dataclass(frozen=True, slots=True)
class File:
    """One file a document can be had as; without an address it cannot be made here now."""

    label: str
    url: str


def list_files(page: str, reference: str) -> tuple[File, ...]:
    """Return every form of a document. `page` is the address's name."""
    return tuple(
        File(str(label), reverse(page, args=[reference, name]) if is_possible(name) else "")
        for name, label in LABELS.items()
    )


def send(
    request: HttpRequest, name: str, make: Callable[[Form], bytes], *, stem: str
) -> HttpResponse:
    """Send one form of a document as a file, or say in words that it cannot be made here."""
    if name not in FORMS:
        raise Http404
    try:
        content = make(FORMS[name])
    except braille.BrailleUnavailable:
        return show(request, "portal/documents/no_braille.html", status=503)
    form = FORMS[name]
    suffix = "-large-print" if form is Form.LARGE_PRINT else ""
    return HttpResponse(
        content,
        content_type=form.media_type,
        headers={"Content-Disposition": f'attachment; filename="{stem}{suffix}.{form.ending}"'},
    )


def braille_note() -> str:
    """Return what to do where no Braille file can be made."""
    return _("Braille files cannot be made here now. Call us, and we send it in Braille.")


def is_possible(name: str) -> bool:
    """Return whether a form can be made on this machine."""
    return FORMS[name] is not Form.BRAILLE or braille.is_available()
