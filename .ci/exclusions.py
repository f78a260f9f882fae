"""
Count what is excluded from coverage: at most ten places, and each says why.

A place is a comment such as ``# pragma: no cover - only reached when ...`` in the source, or a pattern or file that
pyproject.toml leaves out.
"""

import io
import re
import sys
import tokenize
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXCLUSIONS_MAX = 10
PRAGMA = re.compile(r"#.*pragma:\s*no\s*(?:cover|branch)\b(?P<reason>.*)", re.IGNORECASE)
REASON_CHARACTERS_MIN = 10


def in_source(path: Path) -> list[tuple[str, str]]:
    """Return (place, reason) for each exclusion in a file."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type == tokenize.COMMENT and (match := PRAGMA.search(token.string)):
            place = f"{path.relative_to(ROOT)}:{token.start[0]}"
            found.append((place, match["reason"].strip(" -:,.()")))
    return found


def in_settings() -> list[tuple[str, str]]:
    """Return (place, reason) for each exclusion in pyproject.toml; the reason is the comment on its line."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    coverage = tomllib.loads(text)["tool"]["coverage"]
    settings = {**coverage.get("run", {}), **coverage.get("report", {})}
    keys = ("exclude_also", "exclude_lines", "exclude", "omit", "partial_also", "partial_branches")
    left_out = [entry for key in keys for entry in settings.get(key, [])]
    lines = text.splitlines()
    reasons = [next((line.partition("#")[2] for line in lines if repr(e)[1:-1] in line), "") for e in left_out]
    return [(f"pyproject.toml: {e}", reason.strip()) for e, reason in zip(left_out, reasons, strict=True)]


def main() -> int:
    """List the exclusions; fail when there are too many or one has no reason."""
    found = in_settings()
    for path in sorted((ROOT / "src").rglob("*.py")):
        found += in_source(path)
    bare = [place for place, reason in found if len(reason) < REASON_CHARACTERS_MIN]
    for place, reason in found:
        print(f"  {place}: {reason or 'NO REASON GIVEN'}")
    print(f"{len(found)} exclusions from coverage, {EXCLUSIONS_MAX} allowed, {len(bare)} without a reason")
    return len(found) > EXCLUSIONS_MAX or bool(bare)


if __name__ == "__main__":
    sys.exit(main())
