"""What the words of the worked examples of 75-dropbox-referral stand for."""

from __future__ import annotations

import datetime as dt

import loyalcore as lc
from published.adapter import Table, Word, load

dropbox = load("dropbox_referral")


def referrals(number: int, year: int) -> tuple[lc.Event, ...]:
    """Friends who have signed in on the first day of a year."""
    at = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    return tuple(dropbox.Step(f"friend {each}", at=at, name="friend signed in") for each in range(number))


NAME = "75-dropbox-referral"
TABLE = Table(
    dropbox.PROGRAM,
    events={
        "friend_signup": Word(lc.Enrolment, {"friend": None}, of="friend"),
        "friend_desktop_login": Word(
            dropbox.Step, {"friend": None}, {"name": "desktop sign-in", "referrer": "member"}, of="friend"
        ),
        "migrate": Word(None, {"rate": None}),
    },
    # What is handed in as referrals is written down below; the balance is what these come to.
    given={"referrals": lambda _: {}, "balance": lambda _: {}},
    history={"cap": referrals(31, 2020), "raised for the past": referrals(8, 2012)},
    units={"MB": dropbox.MB},
    member="member",
    sides={"referrer": True, "friend": False},
)
