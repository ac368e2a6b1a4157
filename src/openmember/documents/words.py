"""What people read about a file, on every surface."""

from django.utils.translation import gettext_lazy as _

from openmember.documents.types import Refusal, Scan

REFUSALS = {
    Refusal.EMPTY: _("the file is empty"),
    Refusal.TOO_LARGE: _("the file is larger than 10 MB; a photo or a scan of single pages is smaller"),
    Refusal.WRONG_TYPE: _("it is not a PDF and not a photo (JPEG, PNG or HEIC), whatever its name says"),
    Refusal.INFECTED: _("our virus scanner found something in it"),
    Refusal.TOO_MANY: _("there are already as many documents as we can take"),
}  # fmt: skip

# Where more kinds of files are taken than papers and photos.
REFUSALS_OF_ALL = {
    **REFUSALS,
    Refusal.WRONG_TYPE: _(
        "it is not a PDF, a photo, a scan (TIFF), a Word document or plain text, whatever its name says"
    ),
}

SCANS = {
    Scan.NONE: _("not scanned"),
    Scan.WAITING: _("waits for the virus scanner"),
    Scan.CLEAN: _("scanned for viruses"),
    Scan.INFECTED: _("removed: our virus scanner found something in it"),
}
