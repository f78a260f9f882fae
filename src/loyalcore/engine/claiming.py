"""
Claims: rewards that nobody has to ask for, taken as soon as the balance allows.

Most are taken after each purchase, at one price, and need no more than a spending. What has limits, is open to some, or
is claimed at another moment, is noted by an entry of its own, which says what it takes of limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from attrs import frozen

from loyalcore.causes import KINDS
from loyalcore.engine.allowances import Allowance
from loyalcore.engine.burning import in_order
from loyalcore.engine.posting import Poster, first_pieces
from loyalcore.engine.tallying import Changes
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.rewards import Reward, once, repeatedly
from loyalcore.units import Amount

__all__ = ["NO_CLAIMS", "Asking", "AtOnce", "Automatic", "Claimer", "Claims", "Saving", "claims", "is_plain"]

#: What follows from spending on a reward so many times.
Follow = Callable[..., None]


@frozen
class Automatic:
    """Be a reward that nobody has to ask for, what follows from spending on it, and who claims what is not plain."""

    reward: Reward
    follow: Follow | None
    claimer: Claimer | None


#: What claims, and the lowest price in a unit: it need not be called below that.
Claims = tuple[Callable[[Core, int, int], None], int]


def is_plain(reward: Reward) -> bool:
    """Tell whether a reward is claimed after an event at one price, open to all and without limits."""
    after_events = reward.on in KINDS.values()
    return after_events and reward.when is None and not reward.limit and isinstance(reward.cost, Amount)


class Claimer:
    """Claim one reward by its terms: by whom it is open to, its price at the moment, and its limits."""

    def __init__(
        self,
        reward: Reward,
        follow: Follow | None,
        poster: Poster,
        program: str,
        is_open: Callable[[Core, int], bool] | None,
        price: Callable[[Core, int], str] | None,
        allowances: Sequence[Allowance],
    ) -> None:
        self.unit = reward.cost.unit.name
        self._reward, self._follow, self._poster, self._program = reward, follow, poster, program
        self._is_open, self._price, self._allowances = is_open, price, allowances

    def claim(
        self, core: Core, at: int, seen: int, cause: int | None, lots: list[tuple[int, int]] | None = None
    ) -> None:
        """Take a reward as often as it can be, from these *lots* alone where there are any given."""
        book = core.held(self.unit)
        if book is None or book.debt or (self._is_open is not None and not self._is_open(core, seen)):
            return
        cost = self._cost(core, seen)
        times = (book.balance if lots is None else sum(left for _, left in lots)) // cost
        times = min(times, 1) if self._reward.claim == once else times
        for allowance in self._allowances:
            times = min(times, allowance.room(core, at, cost))
        if times <= 0:
            return
        changes, core.now = Changes(), max(core.now, at)
        for allowance in self._allowances:
            allowance.takes(core, at, cost * times, times, changes)
        fact, what = core.length, f"{self._reward.name} claimed"
        core.append(("arise", at, cause, what, None, (), tuple(changes.sums), tuple(changes.slides), self._program))
        # What is worth its units is taken one by one: each has a worth of its own.
        for many in [times] if self._reward.worth is None else [1] * times:
            self._take(core, at, fact, cost * many, many, lots)

    def _cost(self, core: Core, at: int) -> int:
        cost = self._reward.cost
        return cost.minor if isinstance(cost, Amount) else cost.of(self._price(core, at)).minor  # type: ignore[misc]

    def _take(
        self, core: Core, at: int, fact: int, amount: int, times: int, lots: list[tuple[int, int]] | None
    ) -> None:
        if lots is None:
            self._poster.spend(core, at, fact, self._reward.name, self.unit, amount)
        else:
            pieces = first_pieces(lots, amount)
            taken = dict(zip(pieces[::2], pieces[1::2], strict=True))
            lots[:] = [(lot, left - taken.get(lot, 0)) for lot, left in lots]
            core.append(("spend", at, fact, self._reward.name, self.unit, amount, tuple(pieces)))
        if self._follow is not None:
            self._follow(core, at, fact, times)


def claims(
    automatic: Sequence[Automatic],
    of: str,
    poster: Poster,
    watches: Iterable[object],
    settle: Callable[[Core], None],
) -> Claims:
    """
    Compile the function that claims automatic rewards after an event, in the program's order.

    What these bring may be claimed with at once, as the *watches* among what follows say; of a late event it may be
    over, and *settle* lets that end. With the function comes the lowest price in a unit, to ask before calling; where
    rewards cost others too, ask always.
    """
    units = {issue.amount.unit.name for each in automatic for issue in each.reward.issues}
    quick = [again for watch in watches if isinstance(watch, AtOnce) and (again := watch.again(units)) is not None]
    asking = [watch for watch in watches if isinstance(watch, Asking)]
    if any(each.claimer is not None for each in automatic):
        return _then(_general(automatic, poster, settle), quick, asking), 0
    claim = _general(automatic, poster, settle) if units else _plainly(automatic, poster)
    costs = [each.reward.cost for each in automatic]
    lowest = [cost.minor if isinstance(cost, Amount) and cost.unit.name == of else 0 for cost in costs]
    return _then(claim, quick, asking), min(lowest, default=FOREVER)


def _then(
    claim: Callable[[Core, int, int], None], quick: Sequence[Follow], asking: Sequence[Asking]
) -> Callable[[Core, int, int], None]:
    """Return what claims, then what may be claimed with what that has brought, and then what asks ladders."""

    def all_of_it(core: Core, at: int, cause: int) -> None:
        before = core.length
        claim(core, at, cause)
        for again in quick if core.length > before else ():
            again(core, cause)
        for watch in asking:
            watch.ask(core, core.now, cause, before)

    return all_of_it if quick or asking else claim


def _general(
    automatic: Sequence[Automatic], poster: Poster, settle: Callable[[Core], None]
) -> Callable[[Core, int, int], None]:
    """Return what claims each reward in its own way."""
    ways = [_plainly([each], poster) if each.claimer is None else _by_terms(each.claimer) for each in automatic]

    def claim(core: Core, at: int, cause: int) -> None:
        for way in ways:
            way(core, at, cause)
            settle(core)

    return claim


def _by_terms(claimer: Claimer) -> Callable[[Core, int, int], None]:
    return lambda core, at, cause: claimer.claim(core, at, at, cause)


def _plainly(automatic: Sequence[Automatic], poster: Poster) -> Callable[[Core, int, int], None]:
    # What is claimed plainly has one price.
    wanted = [
        (each.reward.name, cost.unit.name, cost.minor, each.reward.claim == repeatedly, each.follow)
        for each in automatic
        if isinstance(cost := each.reward.cost, Amount)
    ]

    only_spends = all(follow is None for *_, follow in wanted)

    def claim(core: Core, at: int, cause: int) -> None:
        quiet = core.quiet
        for name, unit, cost, again, follow in wanted:
            book = core.held(unit)
            while book is not None and book.balance >= cost and not book.debt:
                if unit in poster.orders:
                    poster.spend(core, at, cause, name, unit, cost)
                else:
                    core.put(("spend", at, cause, name, unit, cost, book.draw(cost)))
                if follow is not None:
                    follow(core, at, cause)
                if not again:
                    break
        if only_spends:
            core.quiet = quiet  # what is spent is gone, and nothing else is due for it

    return claim


def _claims_nothing(core: Core, at: int, cause: int) -> None:
    """Do nothing: there are no rewards to claim."""


#: Who claims nothing.
NO_CLAIMS: Final[Claims] = _claims_nothing, FOREVER


class Watch:
    """Be what watches an account beside its ladders and the ends of its windows: it has no moment of its own."""

    general = True
    rolling = False
    tallies: tuple[str, ...] = ()

    def due(self, core: Core) -> int:
        """Return that nothing is due: what happens to lots has moments of its own."""
        del core
        return FOREVER

    def after_event(self, core: Core, cause: int) -> None:
        """Do what follows from an event."""

    def review(self, core: Core, at: int) -> None:
        """Do what follows from what time has brought."""


class _Asked(Protocol):
    def recheck(self, core: Core, at: int, cause: int | None) -> None: ...


class Asking(Watch):
    """Ask the ladders again that climb by balances which rewards have moved that are claimed by themselves."""

    def __init__(self, ladders: Iterable[_Asked] = ()) -> None:
        self._ladders = [*ladders]

    def ask(self, core: Core, at: int, cause: int | None, before: int) -> None:
        """Ask them if anything was recorded since the account was so long."""
        for ladder in self._ladders if core.length > before else ():
            ladder.recheck(core, at, cause)


class AtOnce(Watch):
    """Claim rewards whatever has brought the units."""

    def __init__(self, claimers: Iterable[Claimer], asking: Asking) -> None:
        self._claimers, self._asking = [*claimers], asking

    def after_event(self, core: Core, cause: int) -> None:
        """Claim after any event."""
        self._claim(core, core.now, cause)

    def review(self, core: Core, at: int) -> None:
        """Claim what units that have matured allow; as what a late event brings ends, nothing has come."""
        if at >= core.now:
            self._claim(core, at, None)

    def _claim(self, core: Core, at: int, cause: int | None) -> None:
        before = core.length
        for claimer in self._claimers:
            claimer.claim(core, at, at, cause)
        self._asking.ask(core, at, cause, before)

    def again(self, units: Iterable[str]) -> Follow | None:
        """Return what claims the rewards that cost some units, after an event; None where none does."""
        claimers = [claimer for claimer in self._claimers if claimer.unit in units]

        def claim(core: Core, cause: int) -> None:
            for claimer in claimers:
                claimer.claim(core, core.now, core.now, cause)

        return claim if claimers else None


class Saving(Watch):
    """Claim rewards with units that are about to end."""

    def __init__(self, claimers: Iterable[Claimer], poster: Poster) -> None:
        self._claimers, self._poster = [*claimers], poster

    def before_end(self, core: Core, at: int, *, settles: bool) -> None:
        """Claim with what ends at a moment, or, as an event *settles*, with what a tier has kept until then."""
        lots: dict[str, list[tuple[int, int]]] = {}
        for claimer in self._claimers:
            unit, book = claimer.unit, core.held(claimer.unit)
            if book is None or book.due() > at or (settles and at != book.stays):
                continue  # what comes after its end just ends
            if unit not in lots:
                ends = {lot: expires for lot, _, expires, _ in book.open_lots()}
                there = in_order(core, unit, self._poster.orders.get(unit))
                idle = book.deadline == at
                lots[unit] = [
                    each
                    for each in there
                    if at == max(ends[each[0]], book.stays) or (idle and each[0] not in book.spared)
                ]
            claimer.claim(core, at, at, None, lots[unit])
