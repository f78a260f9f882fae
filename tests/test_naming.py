"""What messages call conditions: words where there are some. Names of measures are seen in reasons and prospects."""

import pytest

import loyalcore as lc
from loyalcore.naming import condition_in_words, name_of
from shop import POINT, USD, Line, Order

YEARLY = Order.net.over(lc.year)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (YEARLY.at_least(USD(500)), "net over year >= 500 USD"),
        (POINT.balance.more_than(POINT(3)), "balance of point > 3 point"),
        (POINT.earned(lc.month).at_least(POINT(5)), "point earned >= 5 point"),
        (lc.in_tier("status", "gold", "black"), "tier black or gold of status"),
        (Order.channel.is_("app") & Line.net.sum().at_least(5), "net >= 5 and channel app"),
        (~Order.channel.is_in(["app", "web"]), "not channel app or web"),
        (YEARLY.at_least(USD(5)) | lc.in_tier("status", "gold"), "net over year >= 5 USD or tier gold of status"),
        (
            YEARLY.at_least(USD(9)) | (YEARLY.at_least(USD(5)) & lc.in_tier("status", "gold")),
            "(net over year >= 5 USD and tier gold of status) or net over year >= 9 USD",
        ),
        (lc.invited, "an invitation"),
        (lc.always, "everything"),
        (lc.weekday("mon"), "OnWeekdays(days=(0,))"),
    ],
)
def test_a_condition_is_called_by_what_it_asks(condition, words):
    assert condition_in_words(condition) == words


def test_a_measure_is_called_by_what_it_counts():
    assert name_of(YEARLY) == "net over year"
