"""
Compare the engine with the interpreted form: ``python tests/machine/compare.py --histories 20000 --seed 1``.

``--only 1.17`` draws the one history of that seed again, ``--neighbours`` histories of several accounts.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from loyalcore import DoubtfulProgram
from machine import comparing, neighbours
from machine.comparing import STEPS, Report, run, shorten


def main() -> int:
    """Print what was compared and the differences, shortened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--length", type=int, default=STEPS, help="steps of a history")
    parser.add_argument("--differences", type=int, default=5, help="stop after so many")
    parser.add_argument("--only", help="the seed of one history")
    parser.add_argument("--neighbours", action="store_true", help="several accounts that have to do with each other")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", DoubtfulProgram)  # what nobody would write is drawn as well
    compare = neighbours.compare if arguments.neighbours else comparing.compare
    began = time.perf_counter()
    if arguments.only is None:
        report = run(
            arguments.histories,
            arguments.seed,
            differences_max=arguments.differences,
            length=arguments.length,
            of=compare,
        )
    else:
        report = Report()
        found = compare(arguments.only, report, arguments.length)
        report.differences = [] if found is None else [found]
    print(report)
    print(f"time: {time.perf_counter() - began:.1f} s")
    for found in report.differences:
        print(f"\n{shorten(found)}")
    return bool(report.differences)


if __name__ == "__main__":
    sys.exit(main())
