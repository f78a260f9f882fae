"""
Run every example once more, on the files that its first run left.

Running the main example again must change nothing: every event is resubmitted, none is new, none is in conflict.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAIN = "grocery_year.py"
TOOLS = {"make_orders.py"}  # rebuilds the data of the examples from packages that nothing else needs
COUNTS = re.compile(r"(?P<new>[\d,_]+) new\b\D*(?P<known>[\d,_]+) known\b\D*(?P<conflict>[\d,_]+) in conflict")


def run(script: Path) -> str | None:
    """Run one example as a user would and return what it printed, or None if it failed."""
    print(f"$ python {script.relative_to(ROOT)}", flush=True)
    command = [sys.executable, "-W", "error", str(script)]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(process.stdout[-4000:] + process.stderr, flush=True)
    return process.stdout if process.returncode == 0 else None


def resubmitted(output: str) -> bool:
    """Say whether the main example reports no new event, some known ones, and no conflict."""
    found = COUNTS.search(output)
    if found is None:
        print("no line like '0 new, 1,234 known, 0 in conflict' was printed")
        return False
    counts = {name: int(re.sub(r"\D", "", text)) for name, text in found.groupdict().items()}
    print(f"resubmitted: {counts}")
    return counts["new"] == counts["conflict"] == 0 < counts["known"]


def main() -> int:
    """Run all examples."""
    scripts = sorted(path for path in (ROOT / "examples").glob("*.py") if path.name not in TOOLS)
    outputs = {path.name: run(path) for path in scripts}
    failed = [name for name, output in outputs.items() if output is None]
    if MAIN not in outputs or (outputs[MAIN] is not None and not resubmitted(outputs[MAIN] or "")):
        failed.append(f"{MAIN}: not the second run of a resubmission")
    print(f"{len(scripts)} examples, {len(failed)} failed" + "".join(f"\n  {name}" for name in failed))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
