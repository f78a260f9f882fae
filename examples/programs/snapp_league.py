"""
Snapp's drivers' league: a summer of air conditioners in 1403, and the draw of Nowruz 1404.

A ride gives an espi. In the summer scheme a passenger's feedback that the air conditioner was used gives another one,
and feedback that it was not takes one of these, summed up by the week; it counts only within the hours of the province.
The espi of a month decide on the league of the next, and are the chances in its draw; where the leagues begin is not
published, so a driver's league is a setting here. Two prizes go to the captains with most espi, without luck.
Rules: https://club.snapp.ir/loyalty, https://club.snapp.ir/news/air-conditioner-incentive-plans-snapp-driver-league.
"""

import loyalcore as lc

ESPI, MILLION_TOMAN = lc.Unit("espi"), lc.Unit("million toman")


class Driving(lc.Activity):
    """A ride, or passengers' feedback about the air conditioner."""

    province = lc.Text(missing="")
    used = lc.Number(missing=0)
    not_used = lc.Number(missing=0)


HOURS = (
    (Driving.province.is_("Tehran") & lc.time_of_day("12:00", "17:00"))
    | (Driving.province.is_("Qom") & lc.time_of_day("09:00", "23:00"))
    | (Driving.province.is_("Isfahan") & lc.time_of_day("11:00", "18:00"))
    | (Driving.province.is_("Fars") & lc.time_of_day("09:00", "19:00"))
    | (Driving.province.is_("Khuzestan") & lc.time_of_day("07:00", "23:00"))
)
LEAGUE = lc.setting("league")
LAST_MONTH = ESPI.earned(lc.previous(lc.jalali_month))
ALL = LEAGUE.is_in(["captain", "premier", "gold", "silver"])

PROGRAM = lc.Program(
    "snapp-league",
    version="1403",
    timezone="Asia/Tehran",
    activities=Driving,
    rules=[
        lc.Earn("ride", ESPI(1), on=Driving, when=Driving.name.is_("ride")),
        lc.Earn(
            "air conditioner",
            ESPI.per(1, Driving.used - Driving.not_used),
            on=Driving,
            when=(Driving.name.is_("feedback") & HOURS) | Driving.name.is_("feedback of a week"),
            over=lc.week.beginning(day="sat"),
        ),
        lc.Draw("captains", {MILLION_TOMAN(500): 2}, chances=LAST_MONTH, when=LEAGUE.is_("captain")),
        lc.Draw(
            "hard-working captains",
            {MILLION_TOMAN(50): 2},
            chances=LAST_MONTH,
            when=LEAGUE.is_("captain"),
            by=lc.by_chances,
        ),
        lc.Draw("premier", {MILLION_TOMAN(20): 50}, chances=LAST_MONTH, when=LEAGUE.is_("premier")),
        lc.Draw("gold", {MILLION_TOMAN(10): 100}, chances=LAST_MONTH, when=LEAGUE.is_("gold")),
        lc.Draw("silver", {MILLION_TOMAN(4): 150}, chances=LAST_MONTH, when=LEAGUE.is_("silver")),
        lc.Draw("all leagues", {MILLION_TOMAN(3): 100}, chances=LAST_MONTH, when=ALL),
    ],
)
