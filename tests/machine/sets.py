"""
What the naive model knows of sets of different things: what is tried in a part, and others give way.

A line is how many thousandths of it there are, and the parts that it does for.
"""

from __future__ import annotations

from collections import Counter

__all__ = ["sets"]

Line = tuple[int, tuple[int, ...]]


def sets(lines: list[Line], sizes: list[int]) -> list[list[int]]:
    """Return the most sets of lines in their order: the places of lines, thousandth by thousandth, set by set."""
    number = sum(much for much, _ in lines) // sum(sizes)
    while placed(lines, [number * size for size in sizes]).total() < number * sum(sizes):
        number -= 1
    room = [number * size for size in sizes]
    found = placed(lines, room)
    # A line is in sets as far as it has a place beside those before it; others make the rest complete.
    inside = [(sum(found[at, part] for part in does_for), does_for) for at, (_, does_for) in enumerate(lines)]
    settled: Counter[tuple[int, int]] = Counter()
    for at, (much, does_for) in enumerate(inside):
        for part in does_for:
            left = much - sum(settled[at, other] for other in does_for)
            least, most = 0, left + 1
            while most - least > 1:
                half = (least + most) // 2
                fits = can_be(inside, room, settled + Counter({(at, part): half}))
                least, most = (half, most) if fits else (least, half)
            settled[at, part] = least
    queues = [[at for at in range(len(lines)) for _ in range(settled[at, part])] for part in range(len(sizes))]
    return [
        [at for queue, size in zip(queues, sizes, strict=True) for at in queue[size * turn : size * (turn + 1)]]
        for turn in range(number)
    ]


def can_be(lines: list[Line], room: list[int], settled: Counter[tuple[int, int]]) -> bool:
    """Say whether all lines have a place, what is settled where it is."""
    left = [most - sum(much for (_, its), much in settled.items() if its == part) for part, most in enumerate(room)]
    others = [
        (much - sum(settled[at, part] for part in does_for), does_for) for at, (much, does_for) in enumerate(lines)
    ]
    return min(left) >= 0 and placed(others, left).total() == sum(much for much, _ in others)


def placed(lines: list[Line], room: list[int]) -> Counter[tuple[int, int]]:
    """Place lines at parts, the first ones first, those before them moving; return how much of each is where."""
    found: Counter[tuple[int, int]] = Counter()

    def take(at: int, much: int, seen: set[int]) -> int:
        for part in lines[at][1]:
            if part in seen:
                continue
            seen.add(part)
            free = room[part] - sum(there for (_, its), there in found.items() if its == part)
            moved = min(much, free)
            for other in range(len(lines)):
                if not moved and other != at and found[other, part]:
                    moved = take(other, min(much, found[other, part]), seen)
                    found[other, part] -= moved
            if moved:
                found[at, part] += moved
                return moved
        return 0

    for at, (much, _) in enumerate(lines):
        left = much
        while left and (more := take(at, left, set())):
            left -= more
    return found
