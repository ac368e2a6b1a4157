"""What every story shares: where its documents go, who may sign in, and groups that pay their own claims."""

from importlib.resources import files

import pytest

from openmember.grievances.policy import get_policy
from tests.dispute_stories.telling import Told


@pytest.fixture(autouse=True)
def settings_of_tests(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def tell(monkeypatch, db):
    """Return a function that begins the story of a member of a state, covered through somebody."""
    return lambda *given, **said: Told(monkeypatch, *given, **said)


@pytest.fixture
def groups(settings, tmp_path):
    """A group that pays its own claims and decides twice, and one that decides once."""
    known = (files("openmember.grievances") / "data" / "policy.toml").read_text(encoding="utf-8")
    rows = "".join(
        f'[[group]]\nnumber = "{number}"\nself_funded = true\nlevels = {levels}\n'
        for number, levels in (("TWICE", 2), ("ONCE", 1))
    )
    settings.GRIEVANCE_POLICY_FILE = tmp_path / "policy.toml"
    settings.GRIEVANCE_POLICY_FILE.write_text(known + rows, encoding="utf-8")
    get_policy.cache_clear()
    yield
    get_policy.cache_clear()
