"""Books: programs that are changed as they are out there, a little or altogether, and from a moment on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

from attrs import evolve

import loyalcore as lc
from loyalcore.bounds import Bound
from loyalcore.units import Accrual
from machine import building, wild
from machine.valued import beside


class LaterOrder(building.Order):
    """What later versions of the families know of a purchase as well."""

    wrapped = lc.Flag(missing=False)


class LaterWildOrder(wild.Order):
    """What later versions of wild programs know of a purchase as well."""

    wrapped = lc.Flag(missing=False)


LATER: dict[Any, Any] = {building.Order: LaterOrder, wild.Order: LaterWildOrder}


def book(draw: Random, first: lc.Program, other: Callable[[Random], lc.Program], start: dt.datetime) -> lc.Book | None:
    """Draw what becomes of a program: one or two versions more; None where nothing fits."""
    aside = beside(draw)
    first = _with_what_lasts(aside, first)
    versions: list[Any] = [first]
    starts = start
    for number in range(2, draw.choice([3, 3, 4])):
        starts += dt.timedelta(days=draw.randint(10, 100), hours=draw.choice([0, 0, 7]))
        before = versions[-1] if number == 2 else versions[-1].program
        program = (
            revised(draw, before, f"{number}") if draw.random() < 0.8 else _alike(other(draw), before, f"{number}")
        )
        program, anew = (program, []) if program is None else _judging_anew(aside, before, program)
        version = program and (
            (anew and _following(draw, versions, program, starts, anew)) or _following(draw, versions, program, starts)
        )
        if version is None:
            break
        versions.append(version)
    return lc.Book(versions) if len(versions) > 1 else None


def _with_what_lasts(draw: Random, program: lc.Program) -> lc.Program:
    """Add, to some programs, a rule over a window that never closes."""
    if draw.random() > 0.4:
        return program
    over = draw.choice([lc.lifetime, wild.SINCE])
    gives = wild.POINT.per(wild.USD(draw.choice([3, 7])), lc.Item.net).capped(wild.POINT(draw.choice([20, 300])))
    rule = lc.Earn("ever", gives, over=over, rounding=draw.choice([lc.floor, lc.half_up]))
    return _made(lambda: evolve(program, rules=[*program.rules, rule])) or program


def _judging_anew(draw: Random, before: lc.Program, program: lc.Program) -> tuple[lc.Program, list[str]]:
    """Draw rules over windows that never close which a version gives at another rate, for what they had as well."""
    inside = {name for each in (before, program) for lane in each.of_kind(lc.Lane) for name in lane.of}
    known = {rule.name: rule for rule in before.of_kind(lc.Earn)}
    rules, names = [*program.rules], []
    for place, rule in enumerate(rules):
        was = known.get(rule.name)
        if not isinstance(rule, lc.Earn) or not isinstance(rule.over, lc.Lifetime | lc.Since) or rule.name in inside:
            continue
        if was is None or not isinstance(rule.on, str) or draw.random() < 0.2:
            continue
        gives = Accrual(was.gives.unit, was.gives.measure * draw.choice(["0.5", 2, 3]))
        changed = [*rules[:place], evolve(was, gives=gives), *rules[place + 1 :]]
        if _made(lambda changed=changed: evolve(program, rules=changed)) is not None:
            rules = changed
            names.append(rule.name)
    return evolve(program, rules=rules), names


def _alike(program: lc.Program, before: lc.Program, version: str) -> lc.Program | None:
    """Return quite another program as a later version of one."""
    said = {name: getattr(before, name) for name in ("name", "timezone", "items", "purchases", "activities")}
    return _made(lambda: evolve(program, version=version, **said))


def _made(make: Callable[[], Any]) -> Any:
    """Return what can be made, or None where it would contradict itself."""
    try:
        return make()
    except (lc.InvalidProgram, lc.InvalidValue):
        return None


def _following(
    draw: Random, versions: list[Any], program: lc.Program, starts: dt.datetime, rejudge: Sequence[str] = ()
) -> lc.Version | None:
    """Return a program as a version that fits those before it: what its rules need is split, or begins from now on."""
    names = sorted({rule.name for each in versions for rule in getattr(each, "program", each).rules})
    own = [rule.name for rule in program.rules if isinstance(rule, lc.Earn | lc.Lane)]
    split: list[str] = []
    for tallies in [draw.choice([lc.from_facts, lc.from_now]), lc.from_now]:
        for name in [None, *names]:
            if name is not None and (name not in own or name in split or draw.random() < 0.5):
                continue
            if name is not None and not _fits(versions, program, starts, [name], lc.from_now, only=name):
                continue
            split += [] if name is None else [name]
            version = _fits(versions, program, starts, split, tallies, rejudge=rejudge)
            if version is not None and (name is not None or draw.random() < 0.8):
                return version
    return None


def _fits(
    versions: list[Any],
    program: lc.Program,
    starts: dt.datetime,
    split: list[str],
    tallies: str,
    only: str = "",
    rejudge: Sequence[str] = (),
) -> lc.Version | None:
    """Return a version if it fits; *only* asks whether a rule may be split at all."""
    version = _made(lambda: lc.Version(program, starts=starts, split=split, tallies=tallies, rejudge=rejudge))
    try:
        lc.Book([*versions, version])
    except (lc.InvalidProgram, lc.InvalidValue) as problem:
        return version if only and f"splits the windows of {only!r}" not in str(problem) else None
    return version


def revised(draw: Random, program: lc.Program, version: str) -> lc.Program | None:
    """Draw a program that says some things otherwise: rates, limits, thresholds, ends, rules that come and go."""
    rules = [*program.rules]
    fields = {name: value for name, value in program.fields().items() if name not in ("name", "rules")}
    for _ in range(draw.randint(1, 5)):
        place = draw.randrange(len(rules)) if rules else 0
        for changed in _revisions(draw, rules, place):
            if _made(lambda changed=changed: lc.Program(program.name, **{**fields, "rules": changed})):
                rules = changed
                break
    fields |= {"version": version, "rules": rules}
    if draw.random() < 0.15:
        later = next((own for base, own in LATER.items() if base.schema() == program.purchases), None)
        fields |= {} if later is None else {"purchases": later}
    if draw.random() < 0.2:
        fields["taking_back"] = draw.choice([lc.debt, lc.other_lots, lc.clamp, lc.write_off])
        fields["giving_back"] = wild.beside(draw).choice([lc.keep, lc.renew])
    return _made(lambda: lc.Program(program.name, **fields))


def _revisions(draw: Random, rules: list[Any], place: int) -> Iterable[list[Any]]:
    """Yield what could be said instead of a list of rules."""
    if draw.random() < 0.25:
        ladders = [rule for rule in rules if isinstance(rule, lc.Ladder)]
        name = draw.choice(["new", "rule 9"])
        if name not in [rule.name for rule in rules] and (made := _made(lambda: wild.earn(draw, name, ladders))):
            yield [*rules, made]
        name = draw.choice(["ladder 0", "ladder 5"])
        if name not in [rule.name for rule in rules] and (made := _made(lambda: wild.ladder(draw, name, ladders))):
            yield [*rules, made]
    if rules and draw.random() < 0.3:
        yield rules[:place] + rules[place + 1 :]
    if rules and (made := _made(lambda: _revision(draw, rules[place]))):
        yield [*rules[:place], made, *rules[place + 1 :]]


def _revision(draw: Random, rule: Any) -> Any:  # noqa: PLR0911 - a table of what rules say
    match rule:
        case lc.Earn() if not isinstance(rule.on, str):
            return evolve(rule, gives=rule.gives, pending=draw.choice([None, wild.duration(draw)]))
        case lc.Earn():
            return evolve(rule, **draw.choice([_rate, _limit, _end, _condition])(draw, rule))
        case lc.Boost():
            return evolve(rule, by=draw.choice(["+50%", "x1.5", "x2", "x1.1"]))
        case lc.Ladder():
            return _ladder(draw, rule)
        case lc.Expiry() if isinstance(rule.life, lc.Inactivity):
            spares = beside(draw).choice([rule.life.spares, rule.life.spares[1:], ("adjustment",)])
            return evolve(rule, life=lc.inactivity(wild.duration(draw), spares=spares))
        case lc.Expiry():
            return lc.Expiry(rule.unit, wild.life(draw), unless=draw.choice([rule.unless, None]))
        case lc.Reward() if isinstance(rule.cost, lc.Amount):
            return evolve(rule, cost=rule.cost * draw.choice([2, 3]))
        case lc.Pay() if isinstance(rule.each, lc.Amount):
            return evolve(rule, each=rule.each * 2)
    return rule


def _rate(draw: Random, rule: Any) -> dict[str, Any]:
    return {"gives": Accrual(rule.gives.unit, rule.gives.measure * draw.choice([2, 3, "0.5"]))}


def _limit(draw: Random, rule: Any) -> dict[str, Any]:
    del rule
    return {"limit": [wild.limit(draw, wild.POINT) for _ in range(draw.choice([0, 1]))]}


def _end(draw: Random, rule: Any) -> dict[str, Any]:
    del rule
    return {"expires": wild.life(draw), "taking_back": draw.choice([None, lc.debt, lc.write_off])}


def _condition(draw: Random, rule: Any) -> dict[str, Any]:
    days = draw.sample(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 3)
    return {"when": None if rule.when is not None else lc.weekday(*days), "where": None}


def _ladder(draw: Random, rule: Any) -> Any:
    """Draw other thresholds, tiers or reviews of a ladder; or the same over another window."""
    tiers = dict(rule.tiers)
    kind = draw.random()
    if kind < 0.3 and len(tiers) > 2:
        tiers.pop(draw.choice([*tiers][1:]))
    elif all(isinstance(low, Bound) for low in tiers.values()):
        factor = draw.choice([2, 3])
        tiers = {
            name: evolve(low, value=low.value * factor) if draw.random() < 0.7 else low for name, low in tiers.items()
        }
    if kind > 0.8:
        return evolve(rule, tiers=tiers, downgrade=draw.choice([lc.fitting, lc.one_step, lc.never_down]))
    return evolve(rule, tiers=tiers)
