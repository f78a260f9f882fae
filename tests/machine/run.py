"""Run the state machine for many steps: ``python tests/machine/run.py --steps 300000 --seed 1``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from machine.runs import run
from machine.shortening import shorten, show


def main() -> int:
    """Print what a run did and the differences it found, shortened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--differences", type=int, default=5, help="stop after so many")
    arguments = parser.parse_args()
    began = time.perf_counter()
    report = run(arguments.steps, arguments.seed, differences_max=arguments.differences)
    seconds = time.perf_counter() - began
    print(report)
    print(f"time: {seconds:.1f} s, {report.steps / seconds:.0f} steps a second")
    for found in report.differences:
        print("\n" + show(shorten(found)))
    return bool(report.differences)


if __name__ == "__main__":
    sys.exit(main())
