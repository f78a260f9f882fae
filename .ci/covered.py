"""
Run the suite without planted faults under coverage, shorter profile: every line and branch, with counted exclusions.

Coverage starts before pytest, and in each of its processes, since a plugin may import the package before pytest's own
hooks could. The matrix measures on one of its Pythons; ``python .ci/covered.py`` measures on this one.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def measure(interpreter: str, environment: Mapping[str, str], *options: str) -> tuple[bool, str]:
    """Run, report and count, whichever of them fails; return whether all is well, and what was printed."""
    commands = [
        ["-m", "coverage", "run", "-m", "pytest", *options],
        ["-m", "coverage", "combine", "--quiet"],
        ["-m", "coverage", "report"],
        [".ci/exclusions.py"],
    ]
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**environment, "COVERAGE_FILE": str(Path(scratch, ".coverage"))}
        done = [
            subprocess.run(
                [interpreter, *command],
                cwd=ROOT,
                env=environment,
                check=False,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            for command in commands
        ]
    good = not any(process.returncode for process in done)
    # What was run is told where it failed; what was measured always.
    return good, "".join(process.stdout for process in (done[1:] if good else done))


def main() -> int:
    """Measure on this Python."""
    environment = {"LOYALCORE_PROFILE": "short", **os.environ}
    options = ("-q", "-p", "no:cacheprovider", "-m", "not planted", "-n", "auto")
    good, text = measure(sys.executable, environment, *options)
    print(text)
    return not good


if __name__ == "__main__":
    sys.exit(main())
