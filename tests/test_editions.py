"""Books against the naive model: versions, each of which judges what is its own."""

from bisect import bisect_left

import pytest
from hypothesis import settings

import loyalcore as lc
from loyalcore.engine import posting, spans, tiers, versions
from machine.editions import run_books
from machine.faults import planted

#: 6,000 steps; with the short profile 1,200.
STEPS = 60 * settings.default.max_examples
#: Some faults show in few books only: what one seed does not draw, another does.
SEEDS, STEPS_MAX = (15, 13, 12, 11, 10, 9), 3_000


def test_the_library_and_the_naive_model_agree_on_books():
    report = run_books(STEPS, seed=1)

    print(report)
    assert not report.differences, report.differences[0]
    assert report.kinds["version"] >= STEPS // 500


def late_events_are_judged_by_the_version_of_today(planting):
    def today(original):
        def judging(book, core, event):
            return max(original(book, core, event), book.compiled.at(core.now))

        return judging

    planting.swap(lc.Book, "_judging", today)


def returns_are_judged_by_the_version_of_their_own_moment(planting):
    def own(original):
        def judging(book, core, event):
            return book.compiled.at(event.instant) if isinstance(event, lc.Return) else original(book, core, event)

        return judging

    planting.swap(lc.Book, "_judging", own)


def versions_begin_after_their_start(planting):
    planting.swap(versions, "bisect_right", lambda _: bisect_left)


def open_windows_give_nothing_more(planting):
    planting.swap(spans, "_open", lambda _: lambda *_: ())


def every_version_cuts_the_windows_that_are_open(planting):
    def cut(original):
        return lambda self, start: original(self._replace(cuts=True), start)

    planting.swap(spans.Span, "begins", cut)


def no_version_cuts_the_windows_that_are_open(planting):
    def uncut(original):
        return lambda self, start: original(self._replace(cuts=False), start)

    planting.swap(spans.Span, "begins", uncut)


def earlier_windows_read_the_moments_of_later_versions(planting):
    def shifted(original):
        def begin(self, cell, version, walk, _first):
            original(self, cell, version, walk, 0)

        return begin

    planting.swap(spans.EarlierWindow, "__init__", shifted)


def thresholds_wait_for_the_next_review(planting):
    planting.swap(tiers.Rungs, "take_over", lambda _: lambda *_: None)


def what_is_newly_tallied_begins_with_nothing(planting):
    planting.swap(versions, "recounted", lambda _: lambda *_: ((), ()))


def deadlines_are_as_the_version_of_the_event_says(planting):
    planting.swap(posting.Poster, "heed", lambda _: lambda *_: None)


def what_is_spared_is_as_the_version_of_the_event_says(planting):
    def keeping(original):
        def heed(self, other):
            own = self.spares
            original(self, other)
            self.spares = own

        return heed

    planting.swap(posting.Poster, "heed", keeping)


def what_waits_ends_as_the_version_in_force_says(planting):
    def in_force(_):
        def confirm(self, core, at, cause, purchase, values):
            book = self._versions
            engine = book.engine(book.at(core.now), book.at(core.now))
            engine.own_awaited.confirm(core, at, cause, purchase, values)

        return confirm

    planting.swap(versions._Awaited, "confirm", in_force)


FAULTS = [
    late_events_are_judged_by_the_version_of_today,
    returns_are_judged_by_the_version_of_their_own_moment,
    versions_begin_after_their_start,
    open_windows_give_nothing_more,
    every_version_cuts_the_windows_that_are_open,
    no_version_cuts_the_windows_that_are_open,
    earlier_windows_read_the_moments_of_later_versions,
    thresholds_wait_for_the_next_review,
    what_is_newly_tallied_begins_with_nothing,
    deadlines_are_as_the_version_of_the_event_says,
    what_is_spared_is_as_the_version_of_the_event_says,
    what_waits_ends_as_the_version_in_force_says,
]


@pytest.mark.planted
@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__.replace("_", " "))
def test_a_fault_in_what_versions_judge_is_found(plant):
    with planted(plant):
        report = next((each for seed in SEEDS if (each := run_books(STEPS_MAX, seed=seed)).differences), None)

    assert report is not None
    print(f"found after {report.steps} steps: {[found.splitlines()[0] for found in report.differences]}")
