"""
Run the suite without planted faults under coverage, shorter profile: every line and branch, with counted exclusions.

Coverage starts before pytest, and in each of its processes, since a plugin may import the package before pytest's own
hooks could.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run, report and count, whichever of them fails."""
    data = Path(os.environ.get("LOYALCORE_CI_SCRATCH", ROOT)) / ".coverage"
    environment = {"LOYALCORE_PROFILE": "short", **os.environ, "COVERAGE_FILE": str(data)}
    commands = [
        ["-m", "coverage", "run", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not planted", "-n", "auto"],
        ["-m", "coverage", "combine", "--quiet"],
        ["-m", "coverage", "report"],
        [".ci/exclusions.py"],
    ]
    codes = [subprocess.run([sys.executable, *c], cwd=ROOT, env=environment, check=False).returncode for c in commands]
    return any(codes)


if __name__ == "__main__":
    sys.exit(main())
