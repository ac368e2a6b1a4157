"""The portal's navigation, the same on every page of it."""

from django.http import HttpRequest
from django.template import Context, Library
from django.urls import reverse
from django.utils.translation import gettext as _

from openmember.ui.types import Link

register = Library()

# A page belongs to the first of these whose pages include it.
SECTIONS = {
    "account": {"account", "connections", "helpers"},
    "card": {"card", "card_mail", "device"},
    "bills": {"bills", "bill", "plan_offers", "plan_agree", "plan", "plan_end"},
    "pay": {"pay", "pay_how", "pay_confirm"},
    "payments": {"payments", "payment"},
    "documents": {"documents", "statement", "letter", "reading"},
    "messages": {"messages", "new_message", "new_message_draft", "thread", "telling"},
    "cases": {"cases", "case", "new_case", "ask", "case_add", "case_reopen", "case_rate"},
    "disputes": {
        "disputes",
        "dispute",
        "dispute_new",
        "dispute_step",
        "dispute_filed",
        "dispute_go_on",
        "dispute_withdraw",
    },
    "help": {"help", "help_answer"},
    "contact": {"contact"},
    "guest": {"guest", "guest_how", "guest_confirm", "guest_payment"},
}


@register.inclusion_tag("ui/components/navigation.html", takes_context=True)
def portal_navigation(context: Context) -> dict[str, object]:
    """Show the ways through the portal, and the way out for who is signed in."""
    request: HttpRequest = context["request"]
    match = request.resolver_match
    page = match.url_name if match else None
    signed_in = request.user.is_authenticated
    return {
        "links": [
            Link(label, reverse(name), current=page in SECTIONS.get(name.partition(":")[2], ()))
            for name, label in (_member_ways() if signed_in else _visitor_ways())
        ],
        "sign_out_url": reverse("account_logout") if signed_in else "",
        "csrf_token": context.get("csrf_token", ""),
    }


def _member_ways() -> list[tuple[str, str]]:
    return [
        ("portal:account", _("My account")),
        ("portal:card", _("ID card")),
        ("portal:bills", _("Bills")),
        ("portal:pay", _("Pay")),
        ("portal:payments", _("Payments")),
        ("portal:documents", _("Documents")),
        ("portal:messages", _("Messages")),
        ("portal:cases", _("Ask us")),
        ("portal:disputes", _("Disputes and appeals")),
        ("portal:help", _("Help")),
        ("portal:contact", _("Contact us")),
        ("mfa_index", _("Security")),
    ]


def _visitor_ways() -> list[tuple[str, str]]:
    return [
        ("portal:guest", _("Pay as a guest")),
        ("account_login", _("Sign in")),
        ("portal:register", _("Register")),
        ("portal:help", _("Help")),
        ("portal:contact", _("Contact us")),
    ]
