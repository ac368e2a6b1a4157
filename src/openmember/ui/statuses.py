"""The words and the tone of every status a person can see. A new status gets its line here."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NEUTRAL, GOOD, CAUTION, BAD, NOTE = "", "good", "caution", "bad", "note"
ICONS = {GOOD: "check", CAUTION: "schedule", BAD: "error", NOTE: "info"}


@dataclass(frozen=True, slots=True)
class Words:
    """What a status is called, and how it should strike the eye."""

    label: Promise | str
    tone: str


STATUSES = {
    # Bills.
    "open": Words(_("To pay"), NOTE),
    "partly_paid": Words(_("Partly paid"), NOTE),
    "overdue": Words(_("Past due"), BAD),
    "on_hold": Words(_("On hold"), CAUTION),
    "on_plan": Words(_("In a payment plan"), NOTE),
    "paid": Words(_("Paid"), GOOD),
    "canceled": Words(pgettext_lazy("bill", "Canceled"), NEUTRAL),
    # Payments.
    "authorising": Words(_("Being sent"), CAUTION),
    "unknown": Words(_("Being checked"), CAUTION),
    "accepted": Words(_("Received"), GOOD),
    "settled": Words(_("Complete"), GOOD),
    "declined": Words(_("Declined"), BAD),
    "returned": Words(_("Returned by the bank"), BAD),
    "refunded": Words(_("Refunded"), NOTE),
    "partly_refunded": Words(_("Partly refunded"), NOTE),
    "charged_back": Words(_("Disputed"), CAUTION),
    "voided": Words(pgettext_lazy("payment", "Canceled"), NEUTRAL),
    # Accounts, coverage and invitations.
    "active": Words(_("Active"), GOOD),
    "pending": Words(_("Waiting"), CAUTION),
    "ended": Words(_("Ended"), NEUTRAL),
    "closed": Words(_("Closed"), NEUTRAL),
    "merged": Words(_("Joined with another number"), NOTE),
    # Premium runs.
    "pricing": Words(_("Pricing"), CAUTION),
    "writing": Words(_("Billing"), CAUTION),
    "done": Words(_("Billed"), GOOD),
    "previewed": Words(_("Previewed"), NOTE),
    "stopped": Words(_("Stopped: check the total"), BAD),
    "abandoned": Words(_("Broken off"), NEUTRAL),
    # Automatic payments.
    "planned": Words(_("Planned"), NOTE),
    "paused": Words(_("Paused"), CAUTION),
    "requested": Words(_("Being taken"), CAUTION),
    "draw_failed": Words(_("Did not go through"), BAD),
    "skipped": Words(_("Skipped"), NEUTRAL),
    "not_needed": Words(_("Not needed"), NEUTRAL),
    # Payment plans and their instalments.
    "completed": Words(_("Paid off"), GOOD),
    "lapsed": Words(_("Ended"), BAD),
    "missed": Words(_("Missed"), BAD),
    "due": Words(_("Due"), CAUTION),
    "coming": Words(_("Coming"), NEUTRAL),
    # Payment links.
    "link_asked": Words(_("Sent"), NOTE),
    "link_opened": Words(_("Opened"), CAUTION),
    "link_waiting": Words(_("Being checked"), CAUTION),
    "link_paid": Words(_("Paid"), GOOD),
    "link_declined": Words(_("Declined"), BAD),
    "link_expired": Words(_("Ran out"), NEUTRAL),
    "link_ended": Words(_("Taken back"), NEUTRAL),
    # A caller on the secure line.
    "secure_coming": Words(_("On their way"), NOTE),
    "secure_choosing": Words(_("Choosing how to pay"), CAUTION),
    "secure_typing": Words(_("Typing the card or bank account"), CAUTION),
    "secure_confirming": Words(_("Hearing the amount again"), CAUTION),
    "secure_paying": Words(_("Being taken"), CAUTION),
    "secure_paid": Words(_("Paid"), GOOD),
    "secure_waiting": Words(_("Being checked"), CAUTION),
    "secure_declined": Words(_("Declined"), BAD),
    "secure_refused": Words(_("Could not be taken"), BAD),
    "secure_gave_up": Words(_("Came back without paying"), NEUTRAL),
    "secure_brought_back": Words(_("Brought back"), NEUTRAL),
    "secure_hung_up": Words(_("Hung up"), NEUTRAL),
    "secure_not_reached": Words(_("Did not get there"), BAD),
    # What a second person decides.
    "proposed": Words(_("Waiting for approval"), CAUTION),
    "approved": Words(_("Approved"), GOOD),
    "refused": Words(_("Refused"), NEUTRAL),
    # Applications for financial assistance.
    "assistance_draft": Words(_("Not sent yet"), CAUTION),
    "assistance_received": Words(_("We are deciding"), NOTE),
    "assistance_incomplete": Words(_("Something is missing"), CAUTION),
    "assistance_approved": Words(_("Approved"), GOOD),
    "assistance_partly": Words(_("Approved in part"), GOOD),
    "assistance_denied": Words(_("Not approved"), BAD),
    "assistance_appealed": Words(_("Looked at again"), NOTE),
    "assistance_withdrawn": Words(_("Withdrawn"), NEUTRAL),
    # Questions and cases.
    "case_new": Words(pgettext_lazy("case", "New"), NOTE),
    "case_open": Words(pgettext_lazy("case", "Being worked"), NOTE),
    "case_waiting_on_member": Words(_("We need something from you"), CAUTION),
    "case_waiting_on_other": Words(_("Waiting"), CAUTION),
    "case_reopened": Words(_("Reopened"), CAUTION),
    "case_resolved": Words(pgettext_lazy("case", "Answered"), GOOD),
    "case_closed": Words(pgettext_lazy("case", "Closed"), NEUTRAL),
    "case_merged": Words(pgettext_lazy("case", "Merged"), NEUTRAL),
    # Files and what is left to work.
    "new": Words(_("New"), NOTE),
    "working": Words(_("In progress"), CAUTION),
    "resolved": Words(_("Resolved"), GOOD),
    "rejected": Words(_("Rejected"), BAD),
}


def words_for(status: str) -> Words:
    """Return a status's words; a status without any shows its own name, so that no page breaks."""
    return STATUSES.get(status) or Words(status.replace("_", " ").capitalize(), NEUTRAL)
