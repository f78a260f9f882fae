"""The histories that other tests tell with a member, told once more by both forms: every answer has to be the same."""

import inspect

import pytest

import test_book
import test_engine_ascents
import test_engine_consequences
import test_engine_holding
import test_engine_maturing
import test_engine_posting
import test_engine_requests
import test_engine_tiers
import test_lookups
from test_interpreted import Told

MODULES = (
    test_book,
    test_engine_ascents,
    test_engine_consequences,
    test_engine_holding,
    test_engine_maturing,
    test_engine_posting,
    test_engine_requests,
    test_engine_tiers,
    test_lookups,
)
#: What the interpreted form does not take: accounts that are no whole history, and follow-ups.
NOT_TAKEN = {
    "test_a_snapshot_knows_what_was_given",
    "test_an_account_taken_over_before_its_snapshot_is_not_taken_over_again",
    "test_follow_ups_are_made_by_a_version_that_declares_what_was_raised",
}
TESTS = [
    (module, name)
    for module in MODULES
    for name, found in vars(module).items()
    if name.startswith("test_")
    and name not in NOT_TAKEN
    and inspect.isfunction(found)
    and not inspect.signature(found).parameters
]


class Compared(Told):
    """A member whose events the engine decides; the interpreted form has to say the same."""

    def agree(self, engine, form):
        super().agree(engine, form)
        self.answer, self.account = engine, engine.account


@pytest.mark.parametrize(("module", "name"), TESTS, ids=[f"{module.__name__}-{name}" for module, name in TESTS])
def test_a_history_is_told_alike(module, name, monkeypatch):
    monkeypatch.setattr(module, "Member", Compared, raising=False)

    getattr(module, name)()
