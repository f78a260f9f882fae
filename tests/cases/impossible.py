"""The cases that cannot be encoded, since they contradict themselves."""

#: Each with the contradiction in its own text.
IMPOSSIBLE = {
    "bink-005": "of a purchase of 2000, 700 and then 1400 are refunded: more than was bought",
}
