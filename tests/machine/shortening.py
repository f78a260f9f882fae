"""Differences made short: the fewest commands and rules that still show one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

from machine.described import Opening, Program, Purchase
from machine.machine import Command, Session, describe
from machine.runs import Found


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
    sort = found.message.split(":")[0]

    def fails(description: Program, commands: list[Command]) -> str | None:
        try:
            message = replay(description, commands)
        except Exception:  # noqa: BLE001 - the shortened program cannot be built
            return None
        return message if message and message.split(":")[0] == sort else None

    description, commands, message = found.description, list(found.commands), found.message
    changed = True
    while changed:
        changed = False
        for place in reversed(range(len(commands))):
            fewer = commands[:place] + commands[place + 1 :]
            if answer := fails(description, fewer):
                commands, message, changed = fewer, answer, True
        for smaller in smaller_programs(description):
            if answer := fails(smaller, commands):
                description, message, changed = smaller, answer, True
                break
        for place, smaller_command in smaller_commands(commands):
            fewer = [*commands[:place], smaller_command, *commands[place + 1 :]]
            if answer := fails(description, fewer):
                commands, message, changed = fewer, answer, True
                break
    return Found(message, description, commands)


def smaller_programs(description: Program) -> Iterable[Program]:
    for name in ("earns", "boosts", "lanes", "ladders", "expiries", "rewards", "pays"):
        parts = getattr(description, name)
        for place in range(len(parts)):
            yield replace(description, **{name: parts[:place] + parts[place + 1 :]})
    for place, earn in enumerate(description.earns):
        for simpler in ({"limits": earn.limits[1:]}, {"when": None}, {"where": None}, {"cap": None}, {"pending": None}):
            if (smaller := replace(earn, **simpler)) != earn:
                yield replace(description, earns=(*description.earns[:place], smaller, *description.earns[place + 1 :]))
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
