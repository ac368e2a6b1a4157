"""A folder of its own for documents, and the months' partitions."""

import pytest

from openmember.payments.jobs import ensure_months
from openmember.payments.testing import TODAY


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Make the months' partitions once, and not again in every test."""
    with django_db_blocker.unblock():
        ensure_months(TODAY)


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    return settings.DOCUMENTS_FOLDER
