"""Our samples and what the builders compose, judged by a reader that is not ours."""

import io
from datetime import date
from pathlib import Path

import pytest
from pyx12.params import params
from pyx12.x12n_document import x12n_document

from openmember.exchange.testing import Cover, Enrollee, compose_834
from openmember.exchange.x834 import open_834

SAMPLES = sorted((Path(__file__).parent / "files").glob("*.834"))


def is_valid_elsewhere(path):
    return x12n_document(params(), str(path), None, None, fd_json=io.StringIO())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_both_readers_judge_a_sample_alike(path):
    with path.open("rb") as file:
        is_sound = open_834(file).report.error_count == 0

    assert is_sound == is_valid_elsewhere(path) == ("damaged" not in path.stem)


def test_what_is_composed_follows_the_guide(tmp_path):
    path = tmp_path / "composed.834"
    member = Enrollee(
        "M1",
        group="G1",
        references=(("17", "A"),),
        dates=(("356", date(2026, 1, 1)),),
        born_on=date(1980, 2, 29),
        address=("1 Main Street", "Oakland", "CA", "94612"),
        phone="5105550100",
        coverages=(Cover(plan="GOLD", premium_cents=123_45),),
        categories=(("APTC AMT", "9V", "100"),),
    )
    path.write_bytes(compose_834([member, Enrollee("M1", is_subscriber=False, relationship="19")]))

    assert is_valid_elsewhere(path)
