"""
Write down where each mechanic of published programs stands: ``python tests/mechanics.py`` makes docs/mechanics.md anew.

What the mechanics are, and which programs need them, is data (`published/mechanics.jsonl`); on which page one is shown,
which words of the library say it, and which cases of other systems exercise it, is said here.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(__file__).parent / "published" / "mechanics.jsonl"
PAGE = ROOT / "docs" / "mechanics.md"


class Shown(NamedTuple):
    """Where a mechanic is shown, the modules whose words say it, and the cases that exercise it."""

    page: str
    modules: str
    cases: str = ""


#: By mechanic, in the order of the table.
SHOWN: dict[str, Shown] = {
    "earn.per_spend": Shown("rates", "rules units", "set-083 dv-002 cap-004 cash-002"),
    "earn.exclusions": Shown(
        "earning-bases", "conditions measures", "odoo-006 odoo-007 ol-075 set-081 set-088 adobe-002"
    ),
    "wallet.multi": Shown("accounts", "units", "cap-023 num-003"),
    "earn.tier_rate": Shown("rates", "rules", "dv-001 dv-002 dv-011"),
    "wallet.status_separate": Shown("tiers", "units ladders", "sie-001"),
    "earn.channel_rate": Shown("rates", "conditions lookups", "ol-006"),
    "tier.single_metric": Shown("tiers", "ladders", "dv-001 ol-054 ol-055"),
    "earn.schedule": Shown(
        "schedules-and-calendars", "schedules recurrences", "odoo-039 set-057 rrule-001 rrule-003 dv-011"
    ),
    "expiry.inactivity": Shown("expiry", "ends expiry", "joy-001"),
    "redeem.linear_value": Shown("rewards", "rewards", "odoo-014 odoo-060 set-061 set-062 set-063"),
    "redeem.catalogue": Shown("rewards", "rewards", "ol-060 sq-009 odoo-011 odoo-051"),
    "earn.clawback": Shown("returns", "purchases rules", "odoo-057 set-010 set-011 ol-036 cap-030 cap-034 bink-005"),
    "earn.category_rate": Shown("rates", "conditions", "odoo-006 set-080 set-081"),
    "earn.activation": Shown("rates", "conditions events", ""),
    "earn.two_stage": Shown("rates", "maturity", "bink-022"),
    "tier.calendar_year": Shown("tiers", "ladders windows", ""),
    "earn.min_spend": Shown("rates", "conditions measures", "dv-011 bink-018"),
    "earn.step_floor": Shown("rates", "rates units", "adobe-002"),
    "earn.threshold_reward": Shown("streaks-and-challenges", "rates rules", "joy-007 perx-007"),
    "tier.rest_plus_next": Shown("tiers", "ladders ends", ""),
    "earn.choice": Shown("rates", "conditions events prices", ""),
    "earn.per_item": Shown("earning-bases", "units measures", "odoo-057 ol-006 air-003 sol-008"),
    "expiry.voucher": Shown("rewards", "rewards expiry", "ol-064 ol-068"),
    "redeem.step_min": Shown("rewards", "rewards", "set-061 set-063 cap-016 odoo-060"),
    "earn.cap_period": Shown("rates", "limits", "cash-001 cap-023"),
    "earn.birthday": Shown("memberships", "anniversaries causes", "set-041"),
    "wallet.migration": Shown("accounts", "migrations book", ""),
    "earn.base_only_bonus": Shown("rates", "rules", "dv-011"),
    "wallet.issue_schedule": Shown("rewards", "rewards causes", "perx-005 perx-007"),
    "earn.cap_count": Shown("rates", "limits", "cap-070 set-040"),
    "earn.flat_bonus": Shown("rates", "rules", "joy-007 ref-001"),
    "earn.period_base": Shown("rates", "causes windows", "rw-005 rw-006"),
    "earn.recurring_task": Shown("streaks-and-challenges", "limits events", "ref-001"),
    "expiry.fixed_date": Shown("expiry", "ends expiry", "ol-032 set-025"),
    "expiry.none": Shown("expiry", "ends", "set-001"),
    "sub.paid": Shown("memberships", "ladders rewards", ""),
    "tier.lifetime": Shown("tiers", "ladders windows", "dv-001 set-101"),
    "wallet.auto_issue": Shown("rewards", "rewards", "cap-065"),
    "wallet.transfer": Shown("accounts", "transfers exchanges", "ol-035 cap-066"),
    "earn.net_of_redemption": Shown("earning-bases", "purchases measures", "adobe-002 odoo-051"),
    "expiry.fixed_term": Shown("expiry", "durations expiry", "ol-064"),
    "tier.headstart": Shown("tiers", "standings lookups", ""),
    "tier.or": Shown("tiers", "conditions ladders", ""),
    "wallet.voucher_step": Shown("rewards", "rewards", "cap-065"),
    "earn.additive_stack": Shown("rates", "rules", "set-083 cap-041"),
    "earn.lookup_table": Shown("rates", "lookups", ""),
    "expiry.month_rule": Shown("expiry", "ends", ""),
    "expiry.tier_dependent": Shown("expiry", "expiry", "sie-001"),
    "tier.anniversary": Shown("tiers", "windows ladders", "cap-051"),
    "redeem.free_nth": Shown("rewards", "rewards", "odoo-052"),
    "tier.and": Shown("tiers", "conditions ladders", ""),
    "draw.chances": Shown("draws-and-leaderboards", "draws lotteries entrants", "draw-001 draw-002 draw-004 draw-007"),
    "draw.eligibility": Shown("draws-and-leaderboards", "lotteries entrants", ""),
    "expiry.qualified_activity": Shown("expiry", "ends", ""),
    "redeem.tier_value": Shown("rewards", "prices", ""),
    "referral.condition": Shown("referrals", "follow_ups", "ref-001 ref-002"),
    "tier.rolling": Shown("tiers", "windows ladders", "cap-051"),
    "earn.band_whole": Shown("rates", "rates", ""),
    "earn.currency_unit": Shown("rates", "lookups", ""),
    "earn.per_visit": Shown("earning-bases", "rules", "cap-034 set-057"),
    "earn.rounding_rule": Shown("earning-bases", "numbers", "cap-001 sol-004"),
    "earn.set_completion": Shown("streaks-and-challenges", "counts conditions", ""),
    "expiry.class_dependent": Shown("expiry", "rules expiry", ""),
    "period.time_of_day": Shown("schedules-and-calendars", "schedules", ""),
    "redeem.fifo": Shown("expiry", "burning", "ol-032 bc-011 set-003 set-071 set-075 om-007 lago-001"),
    "redeem.residual": Shown("rewards", "rewards units", "odoo-041 dt-001"),
    "referral.cap": Shown("referrals", "limits follow_ups", ""),
    "referral.two_sided": Shown("referrals", "follow_ups", "ref-001"),
    "sub.recurring": Shown("memberships", "causes ends", "om-010 om-022"),
    "tier.month": Shown("tiers", "ladders windows", ""),
    "tier.own_term": Shown("tiers", "ladders durations", "cap-051 tal-002"),
    "earn.band_marginal": Shown("rates", "rates", ""),
    "earn.fraction_kept": Shown("rates", "units", "cap-001 cash-003"),
    "earn.growth": Shown("rates", "measures windows", ""),
    "period.jalali": Shown("schedules-and-calendars", "periods calendar", ""),
    "redeem.pct_cap": Shown("rewards", "rewards", "set-061 set-062 odoo-026 sol-003"),
    "tier.min_component": Shown("tiers", "conditions", ""),
    "tier.requalify_differs": Shown("tiers", "ladders", ""),
    "tier.rollover": Shown("tiers", "ladders", ""),
    "tier.soft_landing": Shown("tiers", "ladders", "cap-051 tal-002"),
    "wallet.negative": Shown("returns", "rules lots", "set-011"),
    "wallet.split": Shown("referrals", "follow_ups numbers", "num-003"),
    "charity.vote": Shown("rates", "units rewards", ""),
    "draw.instant_odds": Shown("draws-and-leaderboards", "instant_wins", ""),
    "earn.balance_time": Shown("draws-and-leaderboards", "ages", ""),
    "earn.band_per_txn": Shown("rates", "rates", ""),
    "earn.match_rule": Shown("streaks-and-challenges", "packages measures", "rw-005 rw-006"),
    "earn.streak": Shown("streaks-and-challenges", "streaks", "cap-070 streak-005"),
    "expiry.paid_extend": Shown("expiry", "events", ""),
    "redeem.nonlinear": Shown("rewards", "combinations rewards", ""),
    "redeem.partner_multiple": Shown("rewards", "exchanges", "cap-066"),
    "redeem.per_order_limit": Shown("rewards", "limits rewards", "cap-016 odoo-027"),
    "redeem.reserve": Shown("rewards", "holds", "tb-001"),
    "sub.quota_time": Shown("memberships", "limits windows", ""),
    "tier.inactivity_drop": Shown("tiers", "ladders windows", ""),
    "draw.collect_set": Shown("draws-and-leaderboards", "measures rules", ""),
    "earn.cap_shared": Shown("rates", "limits rules", ""),
    "expiry.convert_on_expiry": Shown("rewards", "rewards causes", ""),
    "expiry.personal_date": Shown("expiry", "anchors anniversaries windows", ""),
    "redeem.average_value": Shown("rewards", "worths", ""),
    "redeem.full_only": Shown("rewards", "rewards", "bc-015"),
    "referral.share": Shown("referrals", "follow_ups", ""),
    "sub.billing_date": Shown("memberships", "windows durations anchors", ""),
    "sub.guarantee": Shown("memberships", "measures", ""),
    "tier.reset_on_upgrade": Shown("tiers", "ladders", ""),
}


def data() -> list[dict[str, object]]:
    """Return what is known of each mechanic."""
    return [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]


def title(page: str) -> str:
    """Return the heading of a how-to page."""
    text = (ROOT / "docs" / "how-to" / f"{page}.md").read_text(encoding="utf-8")
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    assert found is not None
    return found[1]


def written() -> str:
    """Return the page: a row for each mechanic, with the programs and cases that are tests here."""
    rows = []
    for each in data():
        name = str(each["mechanic"])
        shown = SHOWN[name]
        modules = ", ".join(f"[{module}](reference/{module}.md)" for module in shown.modules.split())
        programs = ", ".join(str(program).split("-", 1)[0] for program in each["programs"])  # type: ignore[attr-defined]
        page = f"[{title(shown.page)}](how-to/{shown.page}.md)"
        rows.append(
            f"| `{name}` | {each['means']} | {page} | {modules} | {programs} | {', '.join(shown.cases.split())} |"
        )
    return "\n".join(
        [
            "# Find a mechanic",
            "",
            "What published programs do, by how many of them need it; `python tests/mechanics.py` makes this page.",
            "The numbers are those of the worked examples in `tests/published`, the cases those in `tests/cases`.",
            "",
            "| mechanic | what it is | how to say it | words | programs | cases |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
    sys.stdout.write(f"{len(SHOWN)} mechanics\n")
