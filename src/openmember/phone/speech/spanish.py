"""Amounts in Spanish words. Before a noun "uno" is "un", and "veintiuno" is "veintiún"."""

_SMALL = [
    "cero",
    "un",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiún",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
]
_TENS = ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
_HUNDREDS = [
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
]


def dollars(whole: int, cents: int) -> str:
    """Return dollars and cents; a part that is nothing is left out."""
    parts = []
    if whole:
        # A round million takes "de": un millón de dólares.
        link = " de" if whole % 1_000_000 == 0 else ""
        parts.append(f"{words(whole)}{link} {'dólar' if whole == 1 else 'dólares'}")
    if cents:
        parts.append(f"{words(cents)} {'centavo' if cents == 1 else 'centavos'}")
    return " con ".join(parts) or "cero dólares"


def words(number: int) -> str:
    """Return a number below a billion, as it stands before a masculine noun."""
    if number >= 1_000_000:
        millions, rest = divmod(number, 1_000_000)
        name = "un millón" if millions == 1 else f"{words(millions)} millones"
        return name + (f" {words(rest)}" if rest else "")
    if number >= 1_000:
        thousands, rest = divmod(number, 1_000)
        name = "mil" if thousands == 1 else f"{words(thousands)} mil"
        return name + (f" {words(rest)}" if rest else "")
    if number > 100:
        hundreds, rest = divmod(number, 100)
        return _HUNDREDS[hundreds - 1] + (f" {words(rest)}" if rest else "")
    if number == 100:
        return "cien"
    if number < len(_SMALL):
        return _SMALL[number]
    tens, rest = divmod(number, 10)
    return _TENS[tens - 3] + (f" y {_SMALL[rest]}" if rest else "")
