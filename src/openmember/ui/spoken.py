"""The languages people speak with us: three without an interpreter, the others with one, at no cost."""

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

# ISO 639-3; no locale of a web framework is in it.
SIGN_LANGUAGE = "ase"


def list_interpreted() -> list[tuple[str, str]]:
    """Return the languages an interpreter can be asked for, by name in the language of the moment."""
    names = {
        code: str(get_language_info(code)["name_translated"])
        for code, known in LANG_INFO.items()
        if "name" in known and code != "en" and (len(code) == 2 or code.startswith("zh"))
    }
    signed = (SIGN_LANGUAGE, _("American Sign Language"))
    return sorted([signed, *names.items()], key=lambda one: one[1])


def list_spoken() -> list[tuple[str, str]]:
    """Return the languages somebody may choose to speak, each in its own words, those of our pages first."""
    ours = [code for code, _name in settings.LANGUAGES]
    names = {
        code: str(known["name_local"])
        for code, known in LANG_INFO.items()
        if "name_local" in known and len(code) == 2 and code != "en"
    }
    first = [(code, str(LANG_INFO[code]["name_local"]).capitalize()) for code in ours]
    signed = (SIGN_LANGUAGE, "American Sign Language (ASL)")
    others = sorted(
        (one for one in names.items() if one[0] not in ours), key=lambda one: one[1].casefold()
    )
    return [*first, signed, *((code, name[:1].upper() + name[1:]) for code, name in others)]


def name_of(code: str) -> str:
    """Return a language by name in the language of the moment; a code nobody knows as it is."""
    if code == SIGN_LANGUAGE:
        return _("American Sign Language")
    try:
        return str(get_language_info(code.lower())["name_translated"])
    except KeyError:
        return code
