"""The library against the naive model, over random histories."""

from random import Random

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from loyalcore.entries import LAYOUTS
from machine.machine import Session, describe
from machine.programs import draw_program
from machine.runs import Found, run
from machine.shortening import shorten, show
from machine.steps import WEIGHTS, Stepper

#: 20,000 steps; with the short profile 4,000.
STEPS = 200 * settings.default.max_examples
#: Kinds of entries that one account of one program does not have; see `test_town` and `test_book`.
OF_SEVERAL = {"transfer", "counterpart", "draw", "raise", "version"}
#: What lots are worth is held against a queue of single units instead, see `test_engine_issuing`.
OF_SEVERAL |= {"worth", "value"}

#: Kinds of entries of which there is one for an account, or one at the end of some terms, or as few programs ask for.
RARE = {"open", "grace", "suspend"}


def test_the_library_and_the_naive_model_agree():
    report = run(STEPS, seed=6)

    print(report)
    assert not report.differences, "\n\n".join(show(shorten(found)) for found in report.differences)
    assert report.steps >= STEPS
    assert report.share_accepted >= 0.6
    assert {kind: report.share(kind) for kind in set(LAYOUTS) - OF_SEVERAL - RARE if report.share(kind) < 0.003} == {}
    assert set(report.kinds) >= RARE or STEPS < 20_000, "what is rare comes in long runs"


class Machine(RuleBasedStateMachine):
    """The same steps, drawn by hypothesis, which shortens what it finds."""

    @initialize(seed=st.integers(0, 10_000))
    def begin(self, seed):
        draw = Random(seed)
        self.stepper = Stepper(Session(draw_program(draw)), draw)


def step_of(kind):
    def step(self, draw):
        self.stepper.draw = draw
        try:
            self.stepper.step(kind)
        except Exception as problem:
            session = self.stepper.session
            note(show(Found(describe(problem), session.description, session.commands)))
            raise

    step.__name__ = kind.replace(" ", "_")
    return rule(draw=st.randoms(use_true_random=False))(step)


for each in WEIGHTS:
    setattr(Machine, each.replace(" ", "_"), step_of(each))

TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=settings.default.max_examples, stateful_step_count=30, suppress_health_check=list(HealthCheck)
)
