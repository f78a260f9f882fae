"""
Look at what ``import loyalcore`` does: which packages it loads, how long it takes, and whether ``__all__`` is literal.

The packages and ``__all__`` are held; the time is printed beside its goal and never fails a run, since a shared
machine's clock proves nothing.
"""

import ast
import json
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

IMPORT_GOAL_MS = 80
RUNS = 7

# `six` comes with python-dateutil 2.9; 4.x has no need of it.
ALLOWED = {"attr", "attrs", "dateutil", "loyalcore", "six"}
# Of the standard library, what is too heavy or has no business in the core.
UNWANTED = {"asyncio", "http", "logging", "multiprocessing", "random", "socket", "sqlite3", "subprocess", "unittest"}


def run_python(code: str) -> str:
    """Run a line of code in a fresh, isolated interpreter."""
    return subprocess.run([sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True).stdout


def modules_after(code: str) -> set[str]:
    """Return the names of all modules that are loaded after a line of code."""
    return set(json.loads(run_python(f"{code}; import sys, json; print(json.dumps(sorted(sys.modules)))")))


def milliseconds(code: str) -> float:
    """Return the median time an interpreter takes for a line of code, start and end included."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        run_python(code)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def wrong_packages() -> list[str]:
    """Name what ``import loyalcore`` loads and should not."""
    loaded = modules_after("import loyalcore") - modules_after("pass")
    packages = {name.partition(".")[0] for name in loaded}
    own = sorted(name for name in loaded if name.partition(".")[0] == "loyalcore")
    # The interpreter's own build data is named for its platform and so is in no list.
    packages = {name for name in packages if not name.startswith("_sysconfigdata")}
    foreign = packages - ALLOWED - set(sys.stdlib_module_names)
    print(f"loads {len(own)} modules of loyalcore, {len(loaded) - len(own)} others")
    print(f"packages beside the standard library: {', '.join(sorted(packages - set(sys.stdlib_module_names)))}")
    return [f"import loyalcore loads {name}" for name in sorted(foreign | (packages & UNWANTED))]


def literal_names(source: str) -> bool:
    """Say whether a module assigns ``__all__`` once, a literal list or tuple of sorted, distinct strings."""
    values = [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id == "__all__"
    ]
    if len(values) != 1 or not isinstance(values[0], ast.List | ast.Tuple):
        return False
    names = [item.value for item in values[0].elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return len(names) == len(values[0].elts) == len(set(names))


def wrong_names(package: Path) -> list[str]:
    """Name the modules without a literal ``__all__``."""
    return [
        f"{path.relative_to(package.parent)} has no literal __all__"
        for path in sorted(package.rglob("*.py"))
        if not literal_names(path.read_text(encoding="utf-8"))
    ]


def main() -> int:
    """Print the findings; fail on packages and names, never on time."""
    spec = find_spec("loyalcore")
    if spec is None or spec.origin is None:
        sys.exit("loyalcore is not installed in the environment of this interpreter")
    faults = wrong_packages() + wrong_names(Path(spec.origin).parent)
    bare, full = milliseconds("pass"), milliseconds("import loyalcore")
    verdict = "within" if full - bare <= IMPORT_GOAL_MS else "MISSES"
    print(f"import time {full - bare:.0f} ms beyond the bare interpreter's {bare:.0f} ms, median of {RUNS}: ", end="")
    print(f"{verdict} the goal of {IMPORT_GOAL_MS} ms")
    print("\n".join(faults) or "imports as they should be")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
