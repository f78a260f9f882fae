"""
Choices: what a lane of boosts makes of those that hold: one factor.

A choice is a tree: its members are boosts, each a question and a factor, or choices again. It is compiled for whatever
the questions are asked about, an item or an event.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final, final

from attrs import frozen

__all__ = ["Chance", "Choice"]

#: What a compiled question takes, and answers: the factor, or None where nothing holds.
_Asked = Callable[..., Fraction | None]

_CHOOSE: Final[dict[str, Callable[[list[Fraction]], Fraction]]] = {
    "best": max,
    "worst": min,
    "first": lambda found: found[0],
    "sum": lambda found: sum((each - 1 for each in found), start=Fraction(1)),
    "product": lambda found: math.prod(found, start=Fraction(1)),
}


@final
@frozen
class Chance:
    """Be a boost in a lane: it holds where its question does, always where that is None, and then multiplies."""

    test: Any
    factor: Fraction

    @property
    def scale(self) -> int:
        """Return by what the factor is multiplied to be whole."""
        return self.factor.denominator

    @property
    def conditions(self) -> Iterator[Any]:
        """Yield the question, where there is one."""
        return iter(() if self.test is None else (self.test,))

    def asked(self, compile_: Callable[[Any], Callable[..., Any]]) -> _Asked:
        """Compile it by what compiles questions."""
        factor = self.factor
        if self.test is None:
            return lambda *_: factor
        holds = compile_(self.test)
        return lambda *about: factor if holds(*about) else None


@final
@frozen
class Choice:
    """Be a lane of boosts: how it combines, and its members in order."""

    combine: str
    members: tuple[Chance | Choice, ...]

    @property
    def scale(self) -> int:
        """Return by what any factor it comes to is multiplied to be whole."""
        scales = [member.scale for member in self.members]
        return math.prod(scales) if self.combine == "product" else math.lcm(1, *scales)

    @property
    def conditions(self) -> Iterator[Any]:
        """Yield every question it asks."""
        for member in self.members:
            yield from member.conditions

    def asked(self, compile_: Callable[[Any], Callable[..., Any]]) -> _Asked:
        """Compile it by what compiles questions."""
        members, choose = [member.asked(compile_) for member in self.members], _CHOOSE[self.combine]

        def chosen(*about: Any) -> Fraction | None:
            found = [factor for member in members if (factor := member(*about)) is not None]
            return choose(found) if found else None

        return chosen

    def compile(self, compile_: Callable[[Any], Callable[..., Any]]) -> Callable[..., Fraction]:
        """Compile it to the factor itself: one where nothing holds."""
        chosen = self.asked(compile_)

        def factor(*about: Any) -> Fraction:
            found = chosen(*about)
            return Fraction(1) if found is None else found

        return factor
