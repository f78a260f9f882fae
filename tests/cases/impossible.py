"""The cases that cannot be encoded, since they contradict themselves."""

#: Each with the contradiction in its own text; there is none.
IMPOSSIBLE: dict[str, str] = {}
