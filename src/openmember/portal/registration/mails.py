"""Our own messages about a sign-in. None holds a bill pay number or says a word about health."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from openmember.ui.context import organisation


def send(template: str, *, to: str, language: str, **values: object) -> None:
    """Send the message `account/email/TEMPLATE_message.txt`, as text and as simple HTML."""
    context = {"organisation": organisation(), "site_url": settings.SITE_URL, **values}
    with translation.override(language):
        subject = render_to_string(f"account/email/{template}_subject.txt", context).strip()
        text = render_to_string(f"account/email/{template}_message.txt", context).strip()
        message = EmailMultiAlternatives(subject, text, to=[to])
        message.attach_alternative(as_html(subject, text), "text/html")
    message.send()


def as_html(subject: str, text: str) -> str:
    """Return a message's text as a plain page, its addresses made into links."""
    return render_to_string("account/email/message.html", {"subject": subject, "text": text})
