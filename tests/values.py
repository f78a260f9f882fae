"""What every value of the library can do: be copied, sent elsewhere, and written down as text that evaluates."""

import copy
import pickle

import loyalcore as lc


def copies(value):
    """The value as it comes back from another process, and as it is copied."""
    return pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)  # noqa: S301 - our own bytes


def written(value, **names):
    """The value that the text of a value evaluates to, with nothing but the library's public names."""
    return eval(repr(value), {**vars(lc), **names})  # noqa: S307 - our own text


def check(value):
    """Check that a value is one: equal, of one hash and one text however it comes back."""
    for again in (*copies(value), written(value)):
        assert again == value
        assert type(again) is type(value)
        assert hash(again) == hash(value)
        assert repr(again) == repr(value)
