"""Settings of the documentation: ``sphinx-build -W docs docs/_build/html``."""

from importlib.metadata import version as installed

project = "loyalcore"
author = "The loyalcore authors"
project_copyright = "The loyalcore authors"
version = release = installed("loyalcore")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# A single backtick in a docstring names something of the library; what has no page of its own stays plain code.
default_role = "py:obj"
suppress_warnings = ["ref.python"]  # one word for one idea means that methods share names

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True, "show-inheritance": True}

html_theme = "furo"
html_title = f"loyalcore {release}"
