"""Answers: what the engine says to an event, and refusals, which are values."""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from attrs import field, frozen

from loyalcore.account import Account
from loyalcore.entries import Entry
from loyalcore.follow_ups import FollowUp
from loyalcore.statements import Statement
from loyalcore.units import Amount, Money, Unit

__all__ = ["Answer", "Reason", "Refusal", "explained"]


@final
@frozen
class Refusal:
    """
    Say why a request of the member's was not granted.

    *code* is one of ``insufficient``, ``in-debt``, ``unknown-purchase``, ``not-returnable``, ``nothing-left``,
    ``not-kept``, ``not-first``, ``unknown-hold``, ``hold-ended``, ``beyond-hold``, ``nothing-to-hold``,
    ``below-minimum``, ``above-maximum``, ``above-share``, ``below-share``, ``not-in-steps``, ``not-open``,
    ``limit-reached``, ``out-of-stock``, ``nothing-given``, ``too-late``, ``already-used``; of discounts
    ``not-claimed``, ``nothing-off``, ``excluded``, ``budget-spent``; for transfers ``not-transferable``,
    ``to-oneself``, ``unknown-member``; for what is taken by hand ``unknown-event``; or the name of the `Refuse` rule
    by which the program's own terms do not allow it. *missing* is what would have been needed beyond what there is,
    where that is units, or money that a discount asks for; of ``limit-reached`` it is the room that is missing.
    """

    code: str
    message: str
    missing: Amount | None = None


@final
@frozen
class Reason:
    """
    Say what one rule gave for an event, or why it gave nothing.

    *gave* is the rule's own part before its lane and limits. *verdict* is a sentence. *missing* is what would have
    been needed and *would_give* what that would have brought, where a number fell short.
    """

    rule: str
    gave: Amount | None
    verdict: str
    missing: str = ""
    would_give: Amount | None = None

    def __str__(self) -> str:
        gave = "gave nothing" if not self.gave else f"gave {self.gave}"
        more = f"; {self.missing} would have given {self.would_give}" if self.would_give else ""
        return f"{self.rule}: {gave}: {self.verdict}{more}"


@final
@frozen(eq=False)
class Answer:
    """
    Be what a decision comes to: entries to store, and the account after them.

    A refused event leaves *account* as it was given and *entries* empty. An event that is *known*, recorded before
    with the same content, answers with the entries recorded then and changes nothing. Where other accounts took part,
    *others* are those after it, and the entries of all are among *entries*, the member's own first. *follow_ups* are
    events for other accounts, to be decided there on their own.
    """

    account: Account
    entries: tuple[Entry, ...]
    refusal: Refusal | None = None
    known: bool = False
    follow_ups: tuple[FollowUp, ...] = ()
    others: tuple[Account, ...] = ()
    _explain: Callable[[], tuple[Reason, ...]] = field(default=tuple, repr=False, alias="explain")

    @property
    def accounts(self) -> dict[str | int, Account]:
        """Return the accounts after the event by their ids: the member's own, and those that took part."""
        return {account.member: account for account in (self.account, *self.others)}

    @property
    def worth(self) -> Amount | None:
        """Return what a reward that was redeemed is worth, where that is what its units are; None otherwise."""
        value = next((entry for entry in self.entries if entry.kind == "value"), None)
        return None if value is None else Amount(Money(value.unit, value.places), value.amount)

    def statement(self, unit: Unit) -> Statement:
        """Return what the event changed of what the member has of a unit, with what was due before it."""
        member = self.account.member
        return self.account.stated(unit, (entry.row for entry in self.entries if entry.account == member))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return what each rule gave or what it missed, in the program's order; computed when read."""
        return self._explain()

    def explain(self) -> str:
        """Return the reasons as text, a line each."""
        return explained(self.refusal, self._explain)


def explained(refusal: Refusal | None, reasons: Callable[[], tuple[Reason, ...]]) -> str:
    """Return as text why an event was refused, or else the reasons, a line each."""
    if refusal is not None:
        return f"refused ({refusal.code}): {refusal.message}"
    return "\n".join(map(str, reasons())) or "no rule is about this event"
