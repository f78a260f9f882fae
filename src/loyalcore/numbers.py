"""
Exact numbers at the border: what may come in, and how it becomes an integer.

Inside the library every quantity is an integer of a smallest part, or a `fractions.Fraction`.
Checks come before any conversion, since turning a `Decimal` with a huge exponent into an integer takes minutes.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from attrs import frozen

from loyalcore.errors import InvalidValue, shown
from loyalcore.texts import plain

__all__ = [
    "MINOR_MAX",
    "Fraction",
    "Rounding",
    "at_least_one",
    "ceiling",
    "exact",
    "exact_text",
    "floor",
    "half_down",
    "half_even",
    "half_up",
    "ratio",
]

#: The largest amount in smallest parts that one event may carry; sums of thousands stay below 2**63.
MINOR_MAX = 10**15

_PLACES_MAX = 6
_TEXT_PLACES_MAX = 9
_DIGITS_MAX = 40
_BEFORE_POINT_MAX = 18
_TEXT = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,12})?", re.ASCII)


def _read(value: object, what: str) -> int | Decimal:
    """Return a number of a kind that can be exact and of a bounded size, before anything is reckoned with it."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        message = f"{what} must be an int, a Decimal or a str, not {type(value).__name__} {shown(value)}"
        raise InvalidValue(message + ("; write it as text, '1.50'" if isinstance(value, float) else ""))
    if isinstance(value, int):
        if abs(value) > MINOR_MAX:
            raise InvalidValue(f"{what} is larger than {MINOR_MAX}; split it into several events")
        return int(value)
    if isinstance(value, str):
        if not _TEXT.fullmatch(value):
            raise InvalidValue(f"{what} {shown(value, 40)} is not a plain decimal number such as '12.50'")
        return Decimal(plain(value))
    if not value.is_finite():
        raise InvalidValue(f"{what} {shown(value)} is not a finite number")
    if len(value.as_tuple().digits) > _DIGITS_MAX or not -_DIGITS_MAX <= value.adjusted() <= _BEFORE_POINT_MAX:
        raise InvalidValue(f"{what} has too many digits; at most {_BEFORE_POINT_MAX} before the point can be kept")
    return value


@lru_cache(maxsize=4096)
def _scaled(value: Decimal, places: int) -> int | None:
    """Return the decimal times ten to the places, or None where that is not whole; no context is asked."""
    sign, digits, exponent = value.as_tuple()
    number, shift = int("".join(map(str, digits))), int(exponent) + places
    rest = 0
    if shift >= 0:
        number *= int(10**shift)
    else:
        number, rest = divmod(number, int(10**-shift))
    if rest:
        return None
    return -number if sign else number


def _fraction(number: int | Decimal) -> Fraction:
    """Return a number that was read, exactly; no decimal context is asked."""
    return Fraction(*number.as_integer_ratio())


def exact(value: object, places: int, what: str = "amount") -> int:
    """
    Return a number as an integer of its smallest part, 10**-places.

    Takes `int`, `decimal.Decimal`, or a `str` of ASCII digits with an optional sign and point.
    Refuses `float` and `bool`, anything not finite, more than *places* decimals unless they are zeros, and
    anything past 10**15 smallest parts. The ambient decimal context plays no part.

        >>> exact("1.50", 2)
        150

    """
    number = _read(value, what)
    minor = number * 10**places if isinstance(number, int) else _scaled(number, places)
    if minor is None:
        raise InvalidValue(
            f"{what} {shown(value)} has more than {places} decimals; round it before it comes in, and write a rate "
            "that is finer per more: 1.5 per hundred, not 0.015 per one"
        )
    if abs(minor) > MINOR_MAX:
        raise InvalidValue(
            f"{what} {shown(value)} is larger than {MINOR_MAX} smallest parts; split it into several events"
        )
    return minor


def minor_of(value: Decimal, places: int, what: str) -> int:
    """Return what `exact` does of a decimal that it has seen before: prices and quantities come again and again."""
    minor = _scaled(value, places)
    return exact(value, places, what) if minor is None else minor


def check_places(places: object, what: str) -> None:
    """Refuse a number of decimals that is not a whole number from 0 to 6."""
    if type(places) is not int or not 0 <= places <= _PLACES_MAX:
        raise InvalidValue(f"{what} must be a whole number from 0 to {_PLACES_MAX}, not {shown(places)}")


def ratio(value: object, what: str = "rate") -> Fraction:
    """
    Return an exact rational number, with numerator and denominator up to 10**15.

    Takes what `exact` takes, a percentage (``"5%"``), or a `fractions.Fraction`.

        >>> ratio("5%")
        Fraction(1, 20)

    """
    if isinstance(value, Fraction):
        number = value
    elif isinstance(value, str) and value.endswith("%"):
        number = _fraction(_read(value[:-1], what)) / 100
    else:
        number = _fraction(_read(value, what))
    if max(abs(number.numerator), number.denominator) > MINOR_MAX:
        raise InvalidValue(f"{what} has a numerator or denominator past {MINOR_MAX}; use a simpler ratio")
    return number


@frozen
class Rounding:
    """
    Name how an exact number becomes a whole one.

    That is ``floor``, ``ceiling``, ``half_up``, ``half_down``, ``half_even`` or ``at_least_one``. ``half_up`` takes a
    tie away from zero, ``half_down`` towards it, ``half_even`` to the even neighbour; ``at_least_one`` goes down, but
    not to nothing where there is something. Awards are never negative before they are rounded, so floor and truncation
    are the same there.
    """

    name: str

    def __attrs_post_init__(self) -> None:
        if self.name not in _ROUNDINGS:
            raise InvalidValue(f"rounding {shown(self.name)} is unknown; use one of {', '.join(_ROUNDINGS)}")

    def __call__(self, numerator: int, denominator: int) -> int:
        """Return numerator / denominator rounded to an integer; the denominator is positive."""
        if self.name == "floor":
            return numerator // denominator
        if self.name == "ceiling":
            return -(-numerator // denominator)
        if self.name == "at_least_one":
            return numerator // denominator or int(numerator > 0)
        whole, rest = divmod(abs(numerator), denominator)
        twice = 2 * rest
        if twice > denominator or (twice == denominator and _takes_up(self.name, whole)):
            whole += 1
        return whole if numerator >= 0 else -whole


def _takes_up(name: str, whole: int) -> bool:
    """Tell whether a tie behind a whole number goes to the next one."""
    return name == "half_up" or (name == "half_even" and whole % 2 == 1)


_ROUNDINGS = ("floor", "ceiling", "half_up", "half_down", "half_even", "at_least_one")

#: Down to the whole number below: the default.
floor = Rounding("floor")
#: Up to the whole number above.
ceiling = Rounding("ceiling")
#: To the nearest whole number, a tie away from zero.
half_up = Rounding("half_up")
#: To the nearest whole number, a tie towards zero.
half_down = Rounding("half_down")
#: To the nearest whole number, a tie to the even one.
half_even = Rounding("half_even")

#: Down to the whole number below, but to one where that would be nothing of something.
at_least_one = Rounding("at_least_one")


def exact_text(number: Fraction, places: int = 0) -> str:
    """Write a number with at least so many decimal places, as a quotient where no decimal places are enough."""
    while number * 10**places % 1 and places < _TEXT_PLACES_MAX:
        places += 1
    if number * 10**places % 1:
        return str(number)
    digits = f"{abs(int(number * 10**places)):0{places + 1}d}"
    sign, cut = "-" if number < 0 else "", len(digits) - places
    return f"{sign}{digits[:cut]}.{digits[cut:]}" if places else f"{sign}{digits}"
