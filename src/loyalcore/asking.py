"""
Asking: what rows of a host ask for that may be refused, read as the content that entries hold of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loyalcore.bindings import Binding, Seconds
from loyalcore.engine import Engine
from loyalcore.engine.columns import read_rows
from loyalcore.errors import InvalidValue
from loyalcore.instants import to_instant
from loyalcore.readings import SECOND
from loyalcore.rewards import Reward
from loyalcore.texts import id_order

__all__ = ["Asks", "ends", "holds", "is_about", "redemptions", "returns", "transfers"]

#: What reads id and content of a request, from its row and the cells of its head.
Asks = Callable[[Any, Any], tuple[Any, tuple[Any, ...]]]


def is_about(binding: Binding) -> bool:
    """Tell whether rows are activities that may be about a purchase, and so may be refused."""
    return binding.kind == "activity" and binding.column("of") is not None


def _reward_of(engine: Engine, binding: Binding) -> Callable[[Any, Any], Reward]:
    """Return what reads the reward that is asked for, from a row and the cells of its head."""
    rewards = engine.rewards
    read = read_rows([binding.event_columns().column("reward")])  # type: ignore[list-item]

    def reward_of(row: Any, cells: Any) -> Reward:
        reward = rewards.get(name := read(row))
        if not isinstance(reward, Reward):
            raise InvalidValue(f"{binding.kind} {cells[0]!r} is of {name!r}, which is no reward at a fixed price")
        return reward

    return reward_of


def redemptions(engine: Engine, binding: Binding) -> Asks:
    """Return what reads id and content of a redemption."""
    names, reward_of = ("reward", "times", "amount"), _reward_of(engine, binding)
    return lambda row, cells: (cells[0], (names, (reward_of(row, cells).name, 1, None)))


def holds(engine: Engine, binding: Binding) -> Asks:
    """Return what reads id and content of a hold."""
    names, reward_of = ("reward", "times", "amount", "until"), _reward_of(engine, binding)
    column = binding.column("until")
    in_seconds = isinstance(column, Seconds)
    read = None if column is None else read_rows([column.column if in_seconds else column])

    def hold(row: Any, cells: Any) -> tuple[Any, tuple[Any, ...]]:
        reward = reward_of(row, cells)
        given = None if read is None else read(row)
        until = given if given is None else given * SECOND if in_seconds else to_instant(given, "until")
        if until is None and reward.hold is None:
            raise InvalidValue(f"hold {cells[0]!r} needs until=, or {reward.name} a hold= for how long")
        return cells[0], (names, (reward.name, 1, None, until))

    return hold


def ends(kind: str) -> Asks:
    """Return what reads id and content of a capture or release, of all that is held."""
    names, rest = (("of", "times", "amount"), (None, None)) if kind == "capture" else (("of",), ())
    return lambda _, cells: (cells[0], (names, (cells[3], *rest)))


def returns(binding: Binding) -> Asks:
    """Return what reads id and content of a return."""
    own_id, names = binding.column("id") is not None, ("of", "items")
    parts_of = None if binding.column("items") is None else read_rows([binding.column("items")])

    def given_back(row: Any, cells: Any) -> tuple[Any, tuple[Any, ...]]:
        of, parts = cells[3], None
        if parts_of is not None and (given := parts_of(row)) is not None:
            parts = tuple(part for item in sorted(given, key=id_order) for part in (item, None))
        return cells[0] if own_id else f"return of {of}", (names, (of, parts))

    return given_back


def transfers(engine: Engine, binding: Binding) -> Asks:
    """Return what reads id and content of a transfer."""
    units, names = engine.transfers, ("to", "unit", "places", "amount")
    columns = binding.event_columns()
    read = [columns.reader(name) for name in ("to", "amount")]
    unit_of = columns.reader("unit") if "unit" in columns.by_name else None
    if unit_of is None and len(units) != 1:
        raise InvalidValue("transfers of several units, or of none, need unit=, the column that names it")

    def transfer(row: Any, cells: Any) -> tuple[Any, tuple[Any, ...]]:
        to, amount = (each(row) for each in read)
        unit = next(iter(units)) if unit_of is None else unit_of(row)
        if unit not in units or type(amount) is not int or amount <= 0:
            raise InvalidValue(f"transfer {cells[0]!r} is of {amount!r} {unit!r}; see what is transferable")
        return cells[0], (names, (to, unit, units[unit].unit.places, amount))

    return transfer
