"""The engine: how a program is compiled, and how events are judged and recorded. Private but for its verbs."""

from __future__ import annotations

from loyalcore.engine.engine import Engine

__all__ = ["Engine"]
