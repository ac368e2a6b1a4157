"""django-allauth's forms in our words: a label, a hint, no placeholder, each password typed once."""

import re
from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openmember.portal.registration.forms import PASSWORD_HINT

EMAIL = (_("Email address"), "")
PASSWORD = (_("Password"), "")
NEW_PASSWORD = (_("New password"), PASSWORD_HINT)
CODE = (_("Code"), _("6 digits from your authenticator app, or one of your recovery codes."))
NAME = (_("Name"), _("So that you can tell your passkeys apart, for example “My phone”."))
# A code is right for half a minute before and after its own; for so long it must not work twice.
CODE_SECONDS = 90


class OurWords:
    """Gives the fields of a form the words of `words`."""

    words: dict[str, tuple[Any, Any]]
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Whoever mistypes a password asks for a link; typing it twice helps nobody.
        self.fields.pop("password2", None)
        for name, (label, hint) in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = label, hint
            field.widget.attrs.pop("placeholder", None)
            if name == "code":
                field.widget.attrs |= {"inputmode": "numeric", "class": "om-input--short"}


class SignInForm(OurWords, account.LoginForm):
    words = {"login": EMAIL, "password": PASSWORD}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Lets the browser fill in both at once, and offer a passkey.
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"


class ForgottenPasswordForm(OurWords, account.ResetPasswordForm):
    words = {"email": EMAIL}


class NewPasswordForm(OurWords, account.ResetPasswordKeyForm):
    words = {"password1": NEW_PASSWORD}


class ChangePasswordForm(OurWords, account.ChangePasswordForm):
    words = {"oldpassword": (_("Current password"), ""), "password1": NEW_PASSWORD}


class SetPasswordForm(OurWords, account.SetPasswordForm):
    words = {"password1": NEW_PASSWORD}


class ChangeEmailForm(OurWords, account.AddEmailForm):
    words = {
        "email": (
            _("New email address"),
            _("We send a link to it. Until you open the link, nothing changes."),
        )
    }


class ConfirmPasswordForm(OurWords, account.ReauthenticateForm):
    words = {"password": PASSWORD}


class PasswordForm(forms.Form):
    """The password of whoever followed a link."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class CodeOnce:
    """Refuses a code that was right before: the library forgets it after its own half minute."""

    user: Any

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # the library's form, to the right
        if not cache.add(f"signin.code.{self.user.pk}.{code}", True, CODE_SECONDS):
            raise ValidationError(_("That code was used already. Wait for the next one."))
        return code


class CodeForm(CodeOnce, OurWords, factor.AuthenticateForm):
    words = {"code": CODE}


class ConfirmCodeForm(CodeOnce, OurWords, factor.ReauthenticateForm):
    words = {"code": CODE}


class AuthenticatorAppForm(OurWords, totp.ActivateTOTPForm):
    words = {"code": (_("Code from the app"), _("6 digits."))}

    def grouped_secret(self) -> str:
        """Return the secret in groups of four, for who types it."""
        return " ".join(re.findall("....", self.secret))


class PasskeyForm(OurWords, webauthn.AddWebAuthnForm):
    """Takes passkeys only, so that whatever is added also signs in by itself."""

    words = {"name": NAME}
    passwordless = forms.BooleanField()


class RenamePasskeyForm(OurWords, webauthn.EditWebAuthnForm):
    words = {"name": NAME}
