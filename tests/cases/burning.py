"""Which lots are used first, and what is done where they do not suffice."""

from collections.abc import Iterator
from typing import Any

import loyalcore as lc
from cases.harness import case
from shop import Member, date

POINT = lc.Unit("point")


@case("set-001", by="soonest_first, the default")
def takes_from_a_lot_that_never_ends() -> Iterator[Any]:
    ada = Member(lc.Program("set", version="1", rules=[lc.Burn(POINT, lc.soonest_first)]))
    ada.does(lc.Adjustment("a", at=date("2026-01-01"), amount=POINT(100), reason="credit"))
    ada.does(lc.Adjustment("b", at=date("2026-02-01"), amount=POINT(-30), reason="debit"))
    (lot,) = ada.account.lots(POINT)
    yield lot.left
