"""Checks of stores about decisions over several accounts, and about follow-ups."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from loyalcore.answers import Answer
from loyalcore.conditions import setting
from loyalcore.errors import StaleAccount
from loyalcore.events import Activity, Adjustment, Redemption, Return, Settings
from loyalcore.follow_ups import Raise
from loyalcore.program import Program
from loyalcore.purchases import Item
from loyalcore.rewards import Reward, piece
from loyalcore.rules import Earn
from loyalcore.stores import Store, settle, submit
from loyalcore.stores.checking import (
    POINT,
    START,
    USD,
    Maker,
    NotConforming,
    equal,
    holds,
    opened,
    purchase,
    race,
    refused,
)
from loyalcore.transfers import Transfer, Transferable

__all__ = [
    "a_decision_over_several_accounts_is_kept_in_all_or_in_none",
    "follow_ups_wait_until_they_are_kept",
    "of_two_who_want_the_last_piece_one_gets_it",
]

#: For events that take several accounts: units that change hands, stock, and activities raised for others.
_TOGETHER: Final = Program(
    "together",
    version="1",
    rules=[
        Earn("base", POINT.per(USD(1), Item.net)),
        Earn("referral", POINT(7), on=Activity),
        Raise("friend bought", "referral", to=setting("referrer")),
        Reward("mug", POINT(5), stock="shelf"),
        Transferable(POINT),
    ],
)


def _filled(store: Store) -> None:
    """Give two members ten points each, and the shelf one piece."""
    for member in ("ada", "bob"):
        submit(store, _TOGETHER, member, purchase("o1"))
    submit(store, _TOGETHER, "shelf", Adjustment("delivery", at=START, amount=piece(1), reason="delivery"))


def a_decision_over_several_accounts_is_kept_in_all_or_in_none(make: Maker) -> None:
    """Keep both sides of a transfer, or neither where one of the two has moved on, and name that one."""
    with opened(make) as store:
        _filled(store)
        gift = Transfer("t1", at=START, to="bob", amount=POINT(4))
        ada, bob = store.load("ada"), store.load("bob")
        answer = _TOGETHER.decide(ada, gift, others=[bob])
        for moved, wanted in (("bob", ada), ("ada", bob)):
            submit(store, _TOGETHER, moved, purchase(f"{moved} moves on", 1))
            if moved == "bob":
                _stale("a transfer to an account that has moved on", "bob", partial(store.append, answer))
                holds("the giver, who had not moved on", store, wanted)
        refused("a transfer between accounts that have moved on", StaleAccount, partial(store.append, answer))
        kept = submit(store, _TOGETHER, "ada", gift)
        for account in (kept.account, *kept.others):
            holds("an account after a transfer", store, account)
        again = submit(store, _TOGETHER, "ada", gift)
        equal("a transfer submitted again", (again.known, again.entries), (True, kept.entries))


def _stale(what: str, account: str, call: Callable[[], object]) -> None:
    try:
        call()
    except StaleAccount as problem:
        equal(f"{what}: the account that StaleAccount names", problem.account, account)
        return
    raise NotConforming(f"{what}: is taken, but it should raise StaleAccount")


def of_two_who_want_the_last_piece_one_gets_it(make: Maker) -> None:
    """Let two members redeem the last piece at the same time: one gets it, the other has to decide again."""
    for number in range(5):
        name = f"shelf {number}"
        with opened(make, name) as store:
            _filled(store)
            events = [Redemption("mug", at=START, reward="mug")] * 2
            outcomes = race(partial(_of_name, make, name), events, ("ada", "bob"), _TOGETHER, ("shelf",))
            late = [outcome.account for outcome in outcomes if isinstance(outcome, StaleAccount)]
            equal("how many of two got the last piece", sum(isinstance(each, Answer) for each in outcomes), 1)
            equal("the accounts that others were late for", late, ["shelf"])
            equal("what is left on the shelf", store.load("shelf").balance(piece), piece(0))
            paid = [store.load(member).balance(POINT) for member in ("ada", "bob")]
            equal("what the two have left", sorted(paid), [POINT(5), POINT(10)])
            again = [submit(store, _TOGETHER, member, events[0]) for member in ("ada", "bob")]
            codes = sorted("" if answer.refusal is None else answer.refusal.code for answer in again)
            equal("what the two are told when they ask again", codes, ["", "out-of-stock"])


def _of_name(make: Maker, name: str, _: str) -> Store:
    return make(name)


def follow_ups_wait_until_they_are_kept(make: Maker) -> None:
    """List what was raised and is not decided yet, whoever asks and however often the store is opened."""
    with opened(make) as store:
        equal("what waits in an empty store", store.pending(), ())
        submit(store, _TOGETHER, "ada", Settings("s", at=START, referrer="bob"))
        first = submit(store, _TOGETHER, "ada", purchase("o1"))
        raised = tuple(entry for entry in first.entries if entry.kind == "raise")
        equal("what waits after a purchase that raised something", store.pending(), raised)
    with opened(make) as store:
        equal("what waits when the store is opened again", store.pending(), raised)
        submit(store, _TOGETHER, "ada", purchase("o2", 1))
        equal("the accounts that wait", [entry.account for entry in store.pending()], ["ada", "ada"])
        answers = settle(store, _TOGETHER)
        equal("how many follow-ups were decided", len(answers), 2)
        equal("what waits after all was decided", store.pending(), ())
        equal("the balance of who got the follow-ups", store.load("bob").balance(POINT), POINT(14))
        kept = store.load("bob")
        again = submit(store, _TOGETHER, "bob", first.follow_ups[0].event)
        equal("a follow-up decided again, known", again.known, True)
        holds("after a follow-up was decided again", store, kept)
        submit(store, _TOGETHER, "ada", Return("r1", at=START, of="o1"))
        equal("how many wait after a return", len(store.pending()), 1)
        settle(store, _TOGETHER)
        equal("the balance after the cause was returned", store.load("bob").balance(POINT), POINT(7))
    with opened(make, "another") as store:
        cause = _TOGETHER.decide(_TOGETHER.open("ada"), Settings("s", at=START, referrer="bob"))
        answer = _TOGETHER.decide(cause.account, purchase("o1"))
        submit(store, _TOGETHER, "bob", answer.follow_ups[0].event)
        store.append(cause, answer)
        equal("what waits where the follow-up was kept before its cause", store.pending(), ())
