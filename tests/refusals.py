"""Refused calls as tables: function, bad arguments, error."""

import pytest


def table(rows):
    """Make one test of each row (function, bad arguments, error)."""
    return pytest.mark.parametrize(
        ("function", "bad", "error"),
        rows,
        ids=[f"{getattr(row[0], '__name__', row[0])}-{at}" for at, row in enumerate(rows)],
    )


def numbered(values):
    """Name test cases by type and position: the text of some of them is what is under test."""
    return [f"{type(value).__name__}-{at}" for at, value in enumerate(values)]


def check(function, bad, error):
    """Call, see the error, and that it says more than that something is wrong."""
    with pytest.raises(error) as caught:
        function(**bad)

    assert type(caught.value) is error
    assert 20 < len(str(caught.value)) < 600
    return caught.value
