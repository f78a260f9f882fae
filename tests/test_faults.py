"""What the state machine is worth: it finds every fault that is planted in the engine."""

from random import Random

import pytest

from machine import misbaskets, misclaims, misruns, misterms, misundoing
from machine.faults import FAMILIES, FAULTS, planted
from machine.runs import run

STEPS_MAX = 12_000
#: Where faults stand besides those of `machine.faults`.
MODULES = [misbaskets, misclaims, misruns, misterms, misundoing]


@pytest.mark.planted
@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name):
    family, draw = FAMILIES.get(name), Random(7)
    with planted(name):
        report = run(
            STEPS_MAX, seed=7, descriptions=None if family is None else (family(draw) for _ in range(STEPS_MAX))
        )

    print(f"{name}: found after {report.steps} steps: {[found.message for found in report.differences]}")
    assert report.differences


@pytest.mark.planted
def test_without_a_fault_there_is_nothing_to_find():
    report = run(STEPS_MAX, seed=7)

    assert not report.differences


def test_every_module_of_faults_has_some():
    assert all(any(fault.__module__ == module.__name__ for fault in FAULTS.values()) for module in MODULES)
