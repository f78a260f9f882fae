"""Recurrences of RFC 5545; each has an end here, the number of openings that is asked for where the rule has none."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import loyalcore as lc
from cases.harness import case

RULES = {
    "rrule-001": ("1997-09-02", "FREQ=DAILY;COUNT=10"),
    "rrule-003": ("1997-09-02", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH"),
    "rrule-005": ("1997-09-22", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO"),
    "rrule-011": ("1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO"),
    "rrule-015": ("1996-11-05", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3"),
}


@case(*RULES, by="recurring; a recurrence has COUNT or UNTIL")
def opens_on_the_dates_of_a_rule(id: str) -> Iterator[Any]:
    start, rule = RULES[id]
    schedule: Any = lc.recurring(rule, start=dt.date.fromisoformat(start), at="09:00")
    yield [date.isoformat() for date in schedule.dates]
