"""The application on paper: a tagged PDF to print, fill in by hand and send, in the reader's language."""

import json
from functools import cache
from pathlib import Path

import structlog
import typst
from django.utils import translation
from django.utils.translation import gettext as _

from openmember.assistance.attestation import SENTENCES, VERSION
from openmember.assistance.policy import get_policy
from openmember.assistance.types import Period
from openmember.assistance.words import PERIODS, PROGRAMS
from openmember.directory.queries import get_organisation
from openmember.ui.formats import hours

log = structlog.get_logger("openmember.assistance")

TEMPLATE = Path(__file__).with_name("paper.typ")
LANGUAGES = ("en", "es", "zh-hant")
ROWS = 6


def write_form() -> bytes:
    """Return the form as a PDF/UA-1 document in the language of the moment.

    Typst refuses a letter that no font has: without a Chinese font the form comes in English.
    """
    language = translation.get_language() or "en"
    try:
        return _compile(language)
    except typst.TypstError:
        if language == "en":
            raise
        log.warning("paper_form_font_missing", language=language)
    with translation.override("en"):
        return _compile("en")


@cache
def _compile(language: str) -> bytes:
    # The words come from catalogues and files read once, so each language's form is made once.
    return bytes(
        typst.compile(
            str(TEMPLATE),
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=_fonts(),
            sys_inputs={"form": json.dumps(_words(language))},
        )
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts()


def _words(language: str) -> dict[str, object]:
    organisation = get_organisation()
    times = organisation.hardship_hours
    return {
        "lang": language[:2],
        "organisation": organisation.name,
        "title": _("Application for financial help with medical and pharmacy bills"),
        "lead": _("Fill in what you can, sign it, and send it with copies, not originals. "
                  "If something is missing, we will ask. Nobody asks what you own."),
        "you": _("About you"),
        "you_rows": [
            _("Bill pay number (under your name on the ID card)"), _("Name"), _("Date of birth"),
            _("Address"), _("Telephone"),
        ],
        "household": _("Your household"),
        "household_rows": [
            _("How many people live in your household, counting yourself and everyone you support?"),
            _("Which state do you live in?"),
        ],
        "programs": _("Tick what is true for your household, and send a letter or card that shows it. "
                      "Then you need not fill in your income."),
        "program_rows": [str(PROGRAMS[one.program]) for one in get_policy().presumptions],
        "income": _("Your household’s income"),
        "income_lead": _("One line for each income, before taxes. Send proof, such as a pay stub, a benefit "
                         "letter or a tax return."),
        "no_income": _("Nobody in our household has an income."),
        "income_heads": [_("Who, and what it is"), _("Amount each time"), _("How often")],
        "income_rows": ROWS,
        "periods": _("How often: %(words)s") % {
            "words": ", ".join(str(PERIODS[one]).lower() for one in Period)
        },
        "bills": _("Which bills"),
        "bill_rows": [_("All our medical and pharmacy bills"), _("Only these (write their numbers):")],
        "sign": _("Your signature"),
        "sentences": [str(sentence) for sentence in SENTENCES],
        "sign_rows": [_("Signature"), _("Date")],
        "send": _("Where to send it"),
        "send_lines": list(organisation.mail),
        "help": _("Questions? Call Patient Financial Services: %(phone)s, %(hours)s (TTY %(tty)s). "
                  "We help you fill it in, in your language, at no cost.") % {
            "phone": organisation.hardship.display,
            "hours": hours(times.days, times.opens, times.closes),
            "tty": organisation.tty,
        },
        "version": _("Form of %(version)s") % {"version": VERSION},
    }  # fmt: skip
