"""The cases that are not encoded: some contradict themselves, others have yet to be written down."""

#: Each with the contradiction in its own text.
IMPOSSIBLE = {
    "bink-005": "of a purchase of 2000, 700 and then 1400 are refunded: more than was bought",
}

#: Still to be encoded.
LEFT: list[str] = []
