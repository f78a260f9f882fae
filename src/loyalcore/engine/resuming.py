"""Resuming: what has been kept by a tier, and is past its end, ends as that tier is left."""

from __future__ import annotations

from collections.abc import Callable

from loyalcore.engine.claiming import Watch
from loyalcore.ledger import Core

__all__ = ["Resuming"]


class Resuming(Watch):
    """Do what is due at once after an event has moved tiers, before anything is claimed."""

    def __init__(self, settle: Callable[[Core], None]) -> None:
        self._settle = settle

    def after_event(self, core: Core, cause: int) -> None:
        """End what an event has let end."""
        del cause
        self._settle(core)
