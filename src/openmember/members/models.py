"""Members and the users who sign in."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper
from oauth2_provider.models import AbstractApplication

from openmember.members.types import Role

SKILL_KINDS = ["team", "language", "region"]


class Member(models.Model):
    """A person the plan covers, or who holds an account for one it covers."""

    # Seven to nine digits: a bill pay number has ten to twelve, so one can never be the other.
    mrn = models.CharField(max_length=9, unique=True, db_collation="C")
    first_name = models.CharField(max_length=80, blank=True)
    middle_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80)
    suffix = models.CharField(max_length=20, blank=True)
    birth_on = models.DateField(null=True)
    gender = models.CharField(max_length=1, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=120, blank=True)
    street2 = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    region = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=20, blank=True)
    reading_format = models.CharField(max_length=20, default="standard")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(mrn__regex=r"^[1-9][0-9]{6,8}$"), name="member_mrn_has_7_to_9_digits"
            ),
            models.CheckConstraint(
                condition=Q(
                    reading_format__in=["standard", "large_print", "braille", "audio", "plain_text"]
                ),
                name="member_reading_format_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(Upper("last_name"), "birth_on", name="member_by_name_and_birth"),
        ]


class UserManager(BaseUserManager["User"]):
    """Makes users, whose e-mail address is their name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who signs in: a member, or a person on the staff."""

    email = models.EmailField(unique=True)
    member = models.OneToOneField(Member, models.PROTECT, null=True, related_name="+")
    first_name = models.CharField(max_length=80, blank=True)
    location = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
            models.CheckConstraint(
                condition=Q(is_staff=False) | Q(member=None), name="user_is_staff_or_member"
            ),
        ]

    def get_full_name(self) -> str:
        return self.first_name or self.email

    # Django's own applications ask these; rights at the desk come from roles instead.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class StaffSkill(models.Model):
    """A team, a language or a region that somebody on the staff works for."""

    user = models.ForeignKey(User, models.CASCADE, related_name="skills")
    kind = models.CharField(max_length=8, choices=[(one, one) for one in SKILL_KINDS])
    value = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind", "value"], name="staff_skill_once"),
            models.CheckConstraint(
                condition=Q(kind__in=SKILL_KINDS) & ~Q(value=""), name="staff_skill_known"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "value"], name="staff_by_skill")]


class StaffRole(models.Model):
    """One role of one person on the staff."""

    user = models.ForeignKey(User, models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role"], name="staff_role_once")
        ]


class App(AbstractApplication):
    """A native app that may ask members for access: a public client, which can keep no secret.

    The toolkit's own table of clients, with what it lacks: the day an app was shut out.
    """

    disabled_at = models.DateTimeField(null=True)

    class Meta(AbstractApplication.Meta):
        abstract = False
        db_table = "members_app"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    client_type=AbstractApplication.CLIENT_PUBLIC,
                    authorization_grant_type=AbstractApplication.GRANT_AUTHORIZATION_CODE,
                    skip_authorization=False,
                ),
                name="app_is_public_and_asks",
            ),
            models.CheckConstraint(
                condition=~Q(redirect_uris="") & ~Q(redirect_uris__contains="*"),
                name="app_redirects_are_exact",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="app_has_a_name"),
        ]

    def get_allowed_schemes(self) -> list[str]:
        """Return the schemes of its own registered addresses, and no others."""
        return sorted({urlsplit(uri).scheme for uri in self.redirect_uris.split()})

    def is_usable(self, request: object) -> bool:
        """Whether it is not shut out: asked before a code, a token and every use of one."""
        return self.disabled_at is None
