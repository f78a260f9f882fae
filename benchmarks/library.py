"""
The library's column: each workload as a program of loyalcore.

Every function prepares off the clock and answers with a run, whose `Done.check` must equal the one of `hand`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workloads import Entry, Grant, Run, Sale

__all__ = ["w3", "w4_append", "w4_rebuild", "w5"]


def w3(events: list[Grant]) -> Run:
    """
    Earn given points, expire after 365 days, redeem 500 once per event.
    """
    raise NotImplementedError


def w4_rebuild(entries: list[Entry]) -> Run:
    """
    Make the account of stored entries.

    Bring the entries into the library's own rows before answering with the run.
    """
    raise NotImplementedError


def w4_append(entries: list[Entry], batches: list[list[Entry]]) -> Run:
    """
    Append to the account of stored entries, reading the balance after each; every run appends the next batch.
    """
    raise NotImplementedError


def w5(events: list[Sale]) -> Run:
    """
    Run the whole program: tiers, pricing, lots, returns, debt.
    """
    raise NotImplementedError
