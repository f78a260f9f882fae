"""The cases that are not encoded: some contradict themselves, others have yet to be written down."""

#: Each with the contradiction in its own text.
IMPOSSIBLE: dict[str, str] = {}

#: Still to be encoded.
LEFT = [
    "odoo-011",
    "odoo-014",
    "odoo-041",
    "odoo-051",
    "odoo-052",
    "odoo-058",
    "ol-060",
    "ol-061",
    "ol-064",
    "ol-068",
    "ol-069",
    "set-061",
    "set-062",
    "set-063",
    "cap-016",
    "cap-065",
    "cap-066",
    "perx-005",
    "perx-007",
    "sq-009",
    "tb-001",
    "bink-005",
    "bink-008",
    "bink-010",
    "bink-018",
    "bink-022",
    "dt-001",
    "joy-007",
    "rw-005",
    "rw-006",
    "sie-001",
]
