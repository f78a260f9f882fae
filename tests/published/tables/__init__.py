"""The tables of all programs that are written down, one module for each."""

import importlib
import pkgutil

from published.adapter import Table

TABLES: dict[str, Table] = {}
for found in sorted(pkgutil.iter_modules(__path__), key=lambda each: each.name):
    module = importlib.import_module(f"{__name__}.{found.name}")
    TABLES[module.NAME] = module.TABLE
