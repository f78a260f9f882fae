"""The cases that are not encoded: some contradict themselves, others have yet to be written down."""

#: Each with the contradiction in its own text.
IMPOSSIBLE: dict[str, str] = {}

#: Still to be encoded.
LEFT = [
    "bink-005",
    "bink-008",
]
