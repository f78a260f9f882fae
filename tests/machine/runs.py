"""Runs: many sessions from one seed, and the report of what they did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from machine.described import Program
from machine.machine import Command, Session, describe
from machine.programs import draw_program
from machine.steps import WEIGHTS, Stepper

#: How many steps an account lives; the naive model is quadratic in its history.
HISTORY_MAX = 44


@dataclass
class Found:
    """A difference, with everything to see it again."""

    message: str
    description: Program
    commands: list[Command]


@dataclass
class Report:
    """What a run did."""

    steps: int = 0
    submitted: int = 0
    accepted: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    families: Counter[str] = field(default_factory=Counter)
    differences: list[Found] = field(default_factory=list)

    @property
    def share_accepted(self) -> float:
        return self.accepted / max(1, self.submitted)

    def share(self, kind: str) -> float:
        return self.kinds[kind] / max(1, sum(self.kinds.values()))

    def __str__(self) -> str:
        lines = [
            f"steps: {self.steps}",
            f"events submitted: {self.submitted}, accepted: {self.share_accepted:.1%}",
            "programs: " + ", ".join(f"{name} {count}" for name, count in sorted(self.families.items())),
            "entries: " + ", ".join(f"{kind} {self.share(kind):.1%}" for kind, _ in self.kinds.most_common()),
            f"differences: {len(self.differences)}",
        ]
        return "\n".join(lines)


def run(steps: int, seed: int, *, differences_max: int = 1, descriptions: Iterable[Program] | None = None) -> Report:
    """Take so many random steps; stop early once enough differences are found."""
    draw, report = Random(seed), Report()
    kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
    description: Program | None = None
    endless = iter(descriptions or ())
    accounts = 0
    while report.steps < steps and len(report.differences) < differences_max:
        if accounts % 3 == 0 or description is None:
            description = next(endless, None) or draw_program(draw)
        accounts += 1
        report.families[description.name] += 1
        session = Session(description)
        stepper = Stepper(session, draw)
        try:
            if draw.random() < 0.95:
                session.do(stepper.submit(stepper.opening(stepper.tick())))
            for kind in draw.choices(kinds, weights, k=HISTORY_MAX):
                report.steps += stepper.step(kind)
        except Exception as problem:  # noqa: BLE001 - whatever the library raises is a finding
            report.differences.append(Found(describe(problem), description, list(session.commands)))
        report.submitted += session.submitted
        report.accepted += session.accepted
        report.kinds += session.ledger.kinds
    return report
