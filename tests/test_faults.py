"""What the state machine is worth: it finds every fault that is planted in the engine."""

from random import Random

import pytest

from machine import misbaskets, misclaims, misruns, misterms, misundoing
from machine.faults import FAMILIES, FAULTS, planted
from machine.runs import run

STEPS_MAX = 12_000
#: Drawn from one after the other until the fault is found.
SEEDS = (7, 8, 9)
#: Where faults stand besides those of `machine.faults`.
MODULES = [misbaskets, misclaims, misruns, misterms, misundoing]


@pytest.mark.planted
@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name):
    family, steps = FAMILIES.get(name), 0
    with planted(name):
        for seed in SEEDS:
            draw = Random(seed)
            drawn = None if family is None else (family(draw) for _ in range(STEPS_MAX))
            report = run(STEPS_MAX, seed, descriptions=drawn)
            steps += report.steps
            if report.differences:
                break

    print(f"{name}: found after {steps} steps: {[found.message for found in report.differences]}")
    assert report.differences


@pytest.mark.planted
def test_without_a_fault_there_is_nothing_to_find():
    report = run(STEPS_MAX, SEEDS[0])

    assert not report.differences


def test_every_module_of_faults_has_some():
    assert all(any(fault.__module__ == module.__name__ for fault in FAULTS.values()) for module in MODULES)
