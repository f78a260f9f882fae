"""Differences made short: the fewest commands and rules that still show one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace

from machine.described import Opening, Program, Purchase
from machine.least import least
from machine.machine import Command, Session, describe
from machine.runs import Found

Played = tuple[Program, list[Command]]


def replay(description: Program, commands: Iterable[Command]) -> str | None:
    """Do commands again; return what went wrong, if anything."""
    session = Session(description)
    try:
        for command in commands:
            session.do(command)
    except Exception as problem:  # noqa: BLE001 - whatever the library raises is a finding
        return describe(problem)
    return None


def shorten(found: Found) -> Found:
    """Leave out commands, items, rules and limits as long as a difference of the same kind is left."""
    (description, commands), message = least(
        (found.description, list(found.commands)), found.message, _smaller, lambda each: replay(*each)
    )
    return Found(message, description, commands)


def _smaller(played: Played) -> Iterable[Callable[[], Played]]:
    """Yield the program with commands left out, then with rules left out, then with commands that say less."""
    description, commands = played
    for place in reversed(range(len(commands))):
        yield lambda place=place: (description, commands[:place] + commands[place + 1 :])
    for smaller in smaller_programs(description):
        yield lambda smaller=smaller: (smaller, commands)
    for place, command in smaller_commands(commands):
        yield lambda place=place, command=command: (
            description,
            [*commands[:place], command, *commands[place + 1 :]],
        )


def smaller_programs(description: Program) -> Iterable[Program]:
    for name in ("earns", "boosts", "lanes", "ladders", "expiries", "rewards", "pays", "discount_lanes", "discounts"):
        parts = getattr(description, name)
        for place in range(len(parts)):
            yield replace(description, **{name: parts[:place] + parts[place + 1 :]})
    for place, earn in enumerate(description.earns):
        for simpler in ({"limits": earn.limits[1:]}, {"when": None}, {"where": None}, {"cap": None}, {"pending": None}):
            if (smaller := replace(earn, **simpler)) != earn:
                yield replace(description, earns=(*description.earns[:place], smaller, *description.earns[place + 1 :]))
    for place, each in enumerate(description.discounts):
        for simpler in ({"limits": each.limits[1:]}, {"when": None}, {"where": None}, {"of": None}, {"cost": None}):
            if (smaller := replace(each, **simpler)) != each:
                others = (*description.discounts[:place], smaller, *description.discounts[place + 1 :])
                yield replace(description, discounts=others)
    if description.zone != "UTC":
        yield replace(description, zone="UTC")


def smaller_commands(commands: list[Command]) -> Iterable[tuple[int, Command]]:
    for place, command in enumerate(commands):
        event = command[1] if len(command) > 1 else None
        if isinstance(event, Purchase) and len(event.items) > 1:
            for item in event.items:
                fewer = tuple(each for each in event.items if each is not item)
                yield place, (command[0], replace(event, items=fewer), *command[2:])
        if isinstance(event, Opening):
            for lot in event.lots:
                yield (
                    place,
                    (
                        command[0],
                        replace(event, lots=tuple(each for each in event.lots if each is not lot)),
                        *command[2:],
                    ),
                )
            if event.tiers:
                yield place, (command[0], replace(event, tiers=()), *command[2:])
        if command[0] == "older":
            yield place, ("submit", *command[1:])


def show(found: Found) -> str:
    """Return a difference as text, with the program and the commands that lead to it."""
    lines = [found.message, "  program:"]
    for each in fields(found.description):
        value = getattr(found.description, each.name)
        if isinstance(value, tuple):
            lines += [f"    {part}" for part in value]
        else:
            lines.append(f"    {each.name} = {value}")
    lines.append("  commands:")
    lines += [f"    {command[0]} " + " ".join(f"{part}" for part in command[1:]) for command in found.commands]
    return "\n".join(lines).replace("datetime.datetime", "dt").replace(", tzinfo=datetime.timezone.utc", "")
