"""A trial stands where an account does, goes on by itself, and reads the account's rows where they are."""

import histories
import loyalcore as lc
from loyalcore.engine.trial import beginning, trial_of
from loyalcore.snapshots import freeze
from shop import POINT


def test_a_trial_stands_where_the_account_does():
    core = histories.history(3, 40).state()

    trial = trial_of(core)

    assert freeze(trial, None) == freeze(core, None)
    assert (trial.length, trial.due, trial.now, trial.purchases) == (core.length, core.due, core.now, core.purchases)


def test_rows_of_the_account_are_read_where_they_are_and_no_later_ones():
    account = histories.history(3, 40)
    core = account.state()
    trial = trial_of(core)
    length = core.length
    core.append(("settings", core.now, "later", (("letter",), ("no",)), (), (), (), core.now, "x"))

    assert len(trial.kept) == length
    assert list(trial.kept) == list(range(length))
    assert [trial.row(seq) for seq in range(length)] == list(account.rows)
    assert length not in trial.kept


def test_rows_that_a_snapshot_kept_are_read_too():
    whole = histories.history(3, 40)
    core = lc.restore(whole.snapshot()).state()

    trial = trial_of(core)

    assert dict(trial.kept.items()) == dict(enumerate(whole.rows))
    assert trial.row(0) == whole.rows[0]


def test_a_trial_began_as_the_account_was():
    core = histories.history(3, 40).state()
    trial = trial_of(core)

    assert freeze(beginning(trial), None) == freeze(core, None)
    assert beginning(core).held(POINT.name) is None
