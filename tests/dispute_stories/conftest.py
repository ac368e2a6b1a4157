"""What every story shares: where its documents go, who may sign in, and groups that pay their own claims."""

import pytest

from openmember.grievances.testing import self_funded_groups
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
    with self_funded_groups(settings, tmp_path):
        yield
