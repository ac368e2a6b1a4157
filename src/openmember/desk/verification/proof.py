"""The proof of who a contact is. It belongs to the account that is open and goes with it.

Other pages read `request.opened.proof`, or `find_proof(request.session)` where no account page is served.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SESSION_KEY = "desk_opened"  # Kept with the account; `desk.opened` writes the rest of it.
_PROOF = "proof"


class How(StrEnum):
    """By what somebody proved who they are."""

    QUESTIONS = "questions"
    PHOTO_ID = "photo_id"


WORDS: dict[How, Promise] = {
    How.QUESTIONS: _("By answers to questions"),
    How.PHOTO_ID: _("By a photo ID"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """Who the contact proved to be, how and when. `code_at` is when a code sent to them was read back."""

    how: How
    at: datetime
    member_id: int | None = None
    code_at: datetime | None = None

    @property
    def words(self) -> Promise:
        return WORDS[self.how]

    @property
    def may_change_access(self) -> bool:
        """Whether bank, address and password may be changed for them."""
        return self.code_at is not None


def find_proof(session: MutableMapping[str, Any]) -> Proof | None:
    """Return the proof for the account that is open, or None."""
    kept = session.get(SESSION_KEY, {}).get(_PROOF)
    if not kept:
        return None
    code_at = kept["code_at"]
    return Proof(
        how=How(kept["how"]),
        at=datetime.fromisoformat(kept["at"]),
        member_id=kept["member_id"],
        code_at=datetime.fromisoformat(code_at) if code_at else None,
    )


def keep_proof(session: MutableMapping[str, Any], proof: Proof) -> None:
    """Remember a proof until the account is put away."""
    session[SESSION_KEY] = {
        **session[SESSION_KEY],
        _PROOF: {
            "how": proof.how.value,
            "at": proof.at.isoformat(),
            "member_id": proof.member_id,
            "code_at": proof.code_at.isoformat() if proof.code_at else None,
        },
    }
