"""How well needs are understood, and red flags found, on texts the model was not built from."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openmember.directory.reading import folder
from openmember.directory.understanding.model import understand
from openmember.directory.understanding.training import Utterance, read_utterances
from openmember.directory.understanding.types import NOBODY
from openmember.safety.detection import list_findings
from openmember.safety.patterns import DATA

BINS = 10
EMERGENCY_SETS = DATA / "evaluation"
# Public questions to banks and assistants, as evidence from outside: what of them has a team here.
OUTSIDE = {
    "billing": (
        "declined_card_payment pending_card_payment card_payment_not_recognised transaction_charged_twice"
        " direct_debit_payment_not_recognised extra_charge_on_statement Refund_not_showing_up request_refund"
        " bill_balance bill_due pay_bill"
    ),
    "digital_help": "passcode_forgotten pin_blocked change_pin",
    "member_services": "edit_personal_details terminate_account",
    "benefits": "insurance",
}
NOBODYS_OUTSIDE = "oos"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one text."""

    utterance: Utterance
    team: str
    probability: float
    is_sure: bool

    @property
    def is_right(self) -> bool:
        return self.team == self.utterance.team


def evaluate(outside: Path | None = None) -> dict[str, Any]:
    """Return accuracy by language and team, calibration, abstention, and red flags found and false.

    `outside` is a folder of CSV files with text and intent, to look at as well.
    """
    kept = read_utterances(folder() / "evaluation")
    texts = [one for one in kept if one.team != NOBODY]
    outcomes = [_outcome(one) for one in texts]
    languages = sorted({one.language for one in texts})
    teams = sorted({one.team for one in texts})
    safety = [_safety(language) for language in languages]
    return {
        "texts": len(outcomes),
        "accuracy": _share([one.is_right for one in outcomes]),
        "ece": calibration_error(outcomes),
        "languages": [
            *({"language": one, **_figures(_of(outcomes, language=one))} for one in languages),
            {"language": "all", **_figures(outcomes)},
        ],
        "teams": [_team(team, languages, outcomes) for team in teams],
        "nobodys": [_nobodys(one, kept) for one in languages],
        "safety": safety,
        "red_flags_missed": sum(row["missed"] for row in safety),
        "outside": [_outside(path) for path in sorted(outside.glob("*.csv"))] if outside else [],
    }


def calibration_error(outcomes: Sequence[Outcome]) -> float:
    """Return the expected calibration error: how far shares of right answers lie from what was said."""
    error = 0.0
    for low in range(BINS):
        held = [o for o in outcomes if low / BINS < o.probability <= (low + 1) / BINS]
        if held:
            said = sum(o.probability for o in held) / len(held)
            error += abs(said - sum(o.is_right for o in held) / len(held)) * len(held)
    return round(error / len(outcomes), 3)


def _outcome(one: Utterance) -> Outcome:
    found = understand(one.text)
    return Outcome(one, found.team, found.guesses[0].probability, found.is_sure)


def _of(outcomes: Sequence[Outcome], *, language: str) -> list[Outcome]:
    return [one for one in outcomes if one.utterance.language == language]


def _team(team: str, languages: Sequence[str], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    own = [one for one in outcomes if one.utterance.team == team]
    shares = {one: _share([o.is_right for o in _of(own, language=one)]) for one in languages}
    return {"team": team, "texts": len(own), **shares}


def _figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    sure = [one for one in outcomes if one.is_sure]
    return {
        "texts": len(outcomes),
        "accuracy": _share([one.is_right for one in outcomes]),
        "asked": _share([not one.is_sure for one in outcomes]),
        "accuracy when sure": _share([one.is_right for one in sure]),
        "calibration error": calibration_error(outcomes),
    }


def _nobodys(language: str, kept: Sequence[Utterance]) -> dict[str, Any]:
    """Return how many texts that no team is there for are asked about and not guessed."""
    own = [one for one in kept if one.team == NOBODY and one.language == language]
    asked = [not understand(one.text).is_sure for one in own]
    return {"language": language, "texts": len(own), "asked": _share(asked)}


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 3) if values else 0.0


def _safety(language: str) -> dict[str, Any]:
    red = [row for row in _rows("red_flags") if row["language"] == language]
    harmless = [row for row in _rows("harmless") if row["language"] == language]
    missed = [row for row in red if not _is_found(row)]
    false = [row for row in harmless if any(one.stops for one in list_findings(row["text"]))]
    return {
        "language": language,
        "red flags": len(red),
        "missed": len(missed),
        "harmless": len(harmless),
        "false alarms": len(false),
    }


def _is_found(row: dict[str, str]) -> bool:
    found = list_findings(row["text"])
    return bool(found) if row["kind"] == "urgent" else any(one.stops for one in found)


def _rows(name: str) -> list[dict[str, str]]:
    with (EMERGENCY_SETS / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _outside(path: Path) -> dict[str, Any]:
    """Return how texts of another product fare: those with a team here, and those that are nobody's."""
    teams = {intent: team for team, intents in OUTSIDE.items() for intent in intents.split()}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = [
        _outcome(Utterance(teams[row["intent"]], row["text"], "en"))
        for row in rows
        if row["intent"] in teams
    ]
    nobodys = [understand(row["text"]).is_sure for row in rows if row["intent"] == NOBODYS_OUTSIDE]
    sure = [one for one in known if one.is_sure]
    return {
        "file": path.stem,
        "texts with a team": len(known),
        "accuracy": _share([one.is_right for one in known]),
        "accuracy when sure": _share([one.is_right for one in sure]),
        "nobody's texts": len(nobodys),
        "of them asked": _share([not one for one in nobodys]),
    }
