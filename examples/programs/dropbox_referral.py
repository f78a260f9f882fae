"""
Dropbox referrals, 2010 to 2023: space for both sides.

Once a friend has signed in from the desktop program both get 500 MB, or 1 GB on the Plus plan, by the plan that each
has then; the referrer for at most 32 friends. Until April 2012 it was half of that, and the rise held for earlier
referrals, too.
Rules: https://www.dropbox.com/ru/refer, https://dropboxreferrals.com/faq.
"""

from typing import Any

import loyalcore as lc

MB = lc.Unit("MB")


class Step(lc.Activity):
    """What a member does, or a friend has done; a sign-in says who has sent the friend."""

    referrer = lc.Text(missing="")


plus = lc.setting("plan").is_("Plus")
signed_in = Step.name.is_("desktop sign-in") & ~Step.referrer.is_("")
friend_came = Step.name.is_("friend signed in")
DROPBOX: dict[str, Any] = {"name": "dropbox-referral", "activities": Step}
FOR_LIFE: dict[str, Any] = {"on": lc.Activity, "over": lc.lifetime}


def rules(basic: lc.Amount) -> list[Any]:
    """Return the rules by what a friend is worth on Basic: twice as much on Plus, and 32 times that at most."""
    return [
        lc.Raise("friend signed in", "friend signed in", to=Step.referrer, on=lc.Activity, when=signed_in),
        lc.Earn("on Basic", basic.per(1, Step.count).capped(basic * 32), when=friend_came & ~plus, **FOR_LIFE),
        lc.Earn("on Plus", (basic * 2).per(1, Step.count).capped(basic * 64), when=friend_came & plus, **FOR_LIFE),
        lc.Earn("welcome", basic, on=lc.Activity, when=signed_in, limit=lc.times(1, per=lc.lifetime)),
        lc.Boost("welcome on Plus", "x2", of="welcome", when=plus),
    ]


PROGRAM = lc.Book(
    [
        lc.Program(version="2010", rules=rules(MB(250)), **DROPBOX),
        lc.Version(
            lc.Program(version="2012", rules=rules(MB(500)), **DROPBOX),
            starts="2012-04-04",
            rejudge=["on Basic", "on Plus"],
        ),
    ]
)
