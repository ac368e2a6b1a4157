"""What a carrier understands of our markup."""

from dataclasses import dataclass
from xml.etree import ElementTree


@dataclass(frozen=True, slots=True)
class Heard:
    """What a caller hears, and what the carrier does then: listen, capture, dial, or hang up."""

    texts: tuple[tuple[str, str], ...]  # Language and text.
    verb: str  # "Gather", "Pay", "Dial", "Redirect" or "Hangup"
    action: str = ""
    one_key: bool = False
    timeout_seconds: int = 0
    pauses: int = 0
    dialled: str = ""
    capture: str = ""

    @property
    def text(self) -> str:
        return " ".join(text for _, text in self.texts)


def read(markup: str) -> Heard:
    """Return what an answer makes the carrier do."""
    root = ElementTree.fromstring(markup)  # noqa: S314  our own markup, and no stranger's
    last = root[-1] if len(root) else root
    says = [one for one in root.iter() if one.tag in {"Say", "Play"}]
    number = last.find("Number")
    return Heard(
        texts=tuple((one.get("language", ""), one.text or "") for one in says),
        verb=last.tag,
        action=(last.text or "").strip() if last.tag == "Redirect" else last.get("action", ""),
        one_key=last.get("numDigits") == "1",
        timeout_seconds=int(last.get("timeout", 0)),
        pauses=len(list(root.iter("Pause"))),
        dialled=(number.text or "") if number is not None else "",
        capture=last.get("paymentMethod", ""),
    )
