"""
The map of the package, from the ground up.

A module imports from its own row and from the rows above it in this file, never from one further down. A new module
has to be given its row here; the reference in the docs follows the same order.
"""

# A name stands for a module, or for a whole package unless one of its modules has a row of its own.
LAYERS = (
    ("errors",),
    ("texts", "numbers", "instants"),
    ("anchors", "durations"),
    ("windows", "conditions", "bounds"),
    ("ends", "periods", "comparisons"),
    ("calendar", "measures", "recurrences"),
    ("ages", "counts"),
    ("schedules", "anniversaries"),
    ("rates", "awards", "lookups", "dates"),
    ("packages", "naming"),
    ("units", "schema"),
    ("events", "entries", "lots"),
    ("rankings", "draws", "purchases"),
    ("log", "openings", "holds", "counterparts", "standings", "statements", "instant_wins"),
    ("state",),
    ("ledger",),
    ("folding",),
    ("trace",),
    ("snapshots",),
    ("account",),
    ("maturity", "prices", "returning", "worths"),
    ("limits", "budgets", "expiry", "causes", "ladders"),
    ("issues", "transfers", "burning", "lotteries", "streaks"),
    ("undoing",),
    ("rewards", "exchanges", "migrations"),
    ("rules", "follow_ups", "discounts", "refusing"),
    ("deductions",),
    ("lanes", "combinations"),
    ("vocabulary",),
    ("chains", "reductions"),
    ("earnings",),
    ("answers",),
    ("quotes", "discounted"),
    ("doubts",),
    ("terms",),
    ("interpreted",),
    ("engine",),
    ("bindings",),
    ("readings",),
    ("asking", "turns"),
    ("replay", "pricing"),
    ("calls",),
    ("program",),
    ("versions", "entrants"),
    ("book",),
    ("removing",),
    ("layouts",),
    ("codec",),
    ("spelling",),
    ("parsing",),
    ("lines",),
    ("verify",),
    ("stores",),
    ("__init__",),
)

# The only modules that may reach outside: everything else is given its moments, ids and data.
OUTSIDE = ("stores",)

# (module, what it imports inside a function): why it cannot stand at the top.
LAZY: dict[tuple[str, str], str] = {
    ("recurrences", "dateutil"): "few programs have a recurrence, and none else should load it",
    ("draws", "random"): "few draws are held by CPython's shuffle, and none else should load it",
    ("periods", "persiantools.jdatetime"): "an extra: only programs with Jalali periods need it",
}
