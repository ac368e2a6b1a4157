"""Words of Django that we say differently; every catalogue, English too, gives our wording."""

from django.utils.translation import gettext_noop

DJANGO_WORDS = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
)
