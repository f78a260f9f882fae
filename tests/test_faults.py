"""What the state machine is worth: it finds every fault that is planted in the engine."""

import pytest

from machine.faults import FAULTS, planted
from machine.runs import run

STEPS_MAX = 12_000


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name):
    with planted(name):
        report = run(STEPS_MAX, seed=7)

    print(f"{name}: found after {report.steps} steps: {[found.message for found in report.differences]}")
    assert report.differences


def test_without_a_fault_there_is_nothing_to_find():
    report = run(STEPS_MAX, seed=7)

    assert not report.differences
