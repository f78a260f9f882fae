"""Several accounts against the naive model: transfers, budgets, stock, and what is raised for others."""

from hypothesis import settings

from machine.town import run_towns

#: 6,000 steps; with the short profile 1,200.
STEPS = 60 * settings.default.max_examples

#: What several accounts are about, and what a run must have met.
KINDS = ("transfer", "counterpart", "draw", "raise", "restore")
OUTCOMES = ("Transfer recorded", "Transfer insufficient", "Redemption out-of-stock", "Activity known")


def test_the_library_and_the_naive_model_agree_on_several_accounts():
    report = run_towns(STEPS, seed=1)

    print(report)
    assert not report.differences, report.differences[0]
    assert {kind: report.kinds[kind] for kind in KINDS if report.kinds[kind] < STEPS // 200} == {}
    assert {name: report.outcomes[name] for name in OUTCOMES if not report.outcomes[name]} == {}
