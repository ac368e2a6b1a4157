"""What import contracts cannot show: foreign keys, SQL and addresses point down and say nothing."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import get_resolver

SOURCE = Path(__file__).parents[2] / "src" / "openmember"
# From the top down; a room may use those after it.
ROOMS = [
    "devices", "threads", "cases", "assistance", "payments", "billing", "claims", "coverage", "registrations",
    "letters", "accounts", "ledger", "documents", "members", "directory", "texting", "rulebook", "kernel",
]  # fmt: skip


def below(room: str) -> set[str]:
    return set(ROOMS[ROOMS.index(room) :])


def test_foreign_keys_point_down():
    for model in apps.get_models():
        if model._meta.app_label not in ROOMS:
            continue
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete and field.related_model:
                target = field.related_model._meta.app_label
                assert target in below(model._meta.app_label) | {"contenttypes", "auth"}, field


def test_foreign_keys_across_rooms_leave_no_way_back():
    for model in apps.get_models():
        room = model._meta.app_label
        links = [f for f in model._meta.get_fields() if f.concrete and f.is_relation]
        for link in links if room in ROOMS else []:
            if link.related_model._meta.app_label != room:
                assert link.remote_field.related_name == "+", link


@pytest.mark.parametrize("room", ROOMS)
def test_sql_names_tables_of_rooms_below_only(room):
    # The one way up: the guard that a medical record number never equals a bill pay number.
    names = re.compile(rf"\b({'|'.join(ROOMS)})_[a-z_]+")
    for path in (SOURCE / room).rglob("*.sql"):
        text = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
        for found in names.finditer(text):
            assert found.group(1) in below(room), f"{path.name} names {found.group(0)}"


def test_each_room_says_what_it_is_for():
    for room in SOURCE.iterdir():
        if room.is_dir() and (room / "__init__.py").exists() and room.name != "tests":
            assert (room / "__init__.py").read_text(encoding="utf-8").startswith('"""'), room.name


def test_no_address_takes_a_number():
    def patterns(resolver, prefix=""):
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            if hasattr(entry, "url_patterns"):
                yield from patterns(entry, route)
            else:
                yield route

    ours = [route for route in patterns(get_resolver()) if not route.startswith("sign/")]
    assert ours
    for route in ours:
        assert not re.search(r"<[^>]*(number|mrn|account|member)[^>]*>", route), route
