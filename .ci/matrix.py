"""
Run the suite on every Python that starts, on the first with the oldest dependencies under ``python -O``.

One of the others runs under coverage, which has to see every line and branch. All of these use the built wheel and
the shorter profile, and plant no faults, which would test the tests again; the main run, with the full profile and
everything, is the README's own command. A Python counts as there when it starts, whatever a version manager's list
says; the run fails if one that starts was not tested. ``python .ci/matrix.py --list`` only looks.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import covered

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = Path(os.environ.get("LOYALCORE_CI_SCRATCH") or tempfile.mkdtemp())
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WANTED = [
    match[1]
    for classifier in SETTINGS["project"]["classifiers"]
    if (match := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", classifier))
]
MAIN = f"{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True)
class Run:
    """One way to run the suite."""

    python: str
    dependencies: str
    optimised: bool = False
    covered: bool = False

    def __str__(self) -> str:
        """Say it in a line."""
        more = (", -O" if self.optimised else "") + (", under coverage" if self.covered else "")
        return f"Python {self.python}, {self.dependencies} dependencies{more}"


def candidates(version: str) -> list[str]:
    """Return where an interpreter of a version may be: on the PATH, or kept by pyenv."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    if root := os.environ.get("PYENV_ROOT") or pyenv_root():
        folders += sorted(Path(root, "versions").glob(f"{version}.*/bin"))
    found = [str(folder / f"python{version}") for folder in folders if (folder / f"python{version}").is_file()]
    return list(dict.fromkeys([*([sys.executable] if version == MAIN else []), *found]))


def pyenv_root() -> str | None:
    """Ask pyenv for its folder, if it is there."""
    if shutil.which("pyenv") is None:
        return None
    return subprocess.run(["pyenv", "root"], check=False, capture_output=True, text=True).stdout.strip() or None


def starts(executable: str, version: str) -> bool:
    """Say whether an interpreter starts and is of the version its name says."""
    code = "import sqlite3, ssl, sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        asked = subprocess.run([executable, "-c", code], check=False, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and asked.stdout.strip() == version


def look() -> dict[str, str]:
    """Return the first interpreter that starts for each version, and print what was found."""
    found: dict[str, str] = {}
    for version in WANTED:
        tried = {executable: starts(executable, version) for executable in candidates(version)}
        alive = [executable for executable, good in tried.items() if good]
        state = "starts" if alive else "does not start" if tried else "is not there"
        print(f"Python {version} {state}; found under its name: {len(tried)}, of which {len(alive)} start")
        if alive:
            found[version] = alive[0]
    return found


def corners() -> dict[str, list[str]]:
    """Return what to install for each corner: the lower bounds of pyproject.toml exactly, or the newest releases."""
    bounds = [re.match(r"([\w-]+)>=([\w.]+)", text) for text in SETTINGS["project"]["dependencies"]]
    return {"oldest": [f"{match[1]}=={match[2]}" for match in bounds if match], "newest": []}


def pip(target: Path, *arguments: str) -> None:
    """Install into an environment with the pip of this one, since the other may bring none that works."""
    command = [sys.executable, "-m", "pip", "--python", str(target), "install", "--quiet", *arguments]
    process = subprocess.run(command, check=False, capture_output=True, text=True)
    if process.returncode:
        raise RuntimeError(f"pip could not install {arguments}:\n{process.stdout}{process.stderr}")


def prepare(run: Run, executable: str, wheel: Path) -> Path:
    """Create the environment of a run, with the wheel in it and `src` nowhere, and return its interpreter."""
    folder = SCRATCH / f"py{run.python}-{run.dependencies}"
    interpreter = folder / "bin" / "python"
    if not interpreter.exists():
        subprocess.run([executable, "-m", "venv", "--without-pip", str(folder)], check=True, capture_output=True)
        pip(interpreter, f"{wheel}[test]", *corners()[run.dependencies])
    return interpreter


def versions(interpreter: Path) -> str:
    """Say which dependencies an environment really has, and that the package comes from its wheel."""
    code = """
import loyalcore, sys
from importlib.metadata import version
from pathlib import Path
if not Path(loyalcore.__file__).is_relative_to(sys.prefix):
    sys.exit(f"{loyalcore.__file__} is not from the wheel")
print(", ".join(f"{name} {version(name)}" for name in ("attrs", "python-dateutil")))
"""
    return subprocess.run([str(interpreter), "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def suite(run: Run, interpreter: Path) -> tuple[bool, str]:
    """Run the suite and return whether it passed and what to print."""
    environment = {
        "LOYALCORE_PROFILE": "short",
        **os.environ,
        "HYPOTHESIS_STORAGE_DIRECTORY": str(interpreter.parent.parent / "hypothesis"),
        **({"PYTHONOPTIMIZE": "1"} if run.optimised else {}),  # which the processes of the suite take over
    }
    options = ["-q", "-p", "no:cacheprovider", "-m", "not planted", "-n", "auto"]
    if run.optimised:  # pytest rewrites the asserts of the tests, so they are checked; it warns about all others
        options += ["-W", "ignore:assertions not in test modules:pytest.PytestConfigWarning"]
    began = time.monotonic()
    if run.covered:
        good, output = covered.measure(str(interpreter), environment, *options)
        shown = [output]
    else:
        command = [str(interpreter), "-m", "pytest", *options]
        process = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
        output = process.stdout + process.stderr
        good = process.returncode == 0
        shown = output.strip().splitlines()[-1:] if good else [output]
    head = f"--- {run} ({versions(interpreter)}): {'passed' if good else 'FAILED'} in {time.monotonic() - began:.0f} s"
    return good, "\n".join([head, *shown])


def wanted(found: list[str]) -> list[Run]:
    """
    Return the runs for some Pythons: each with the newest dependencies, and the first with the oldest, under -O.

    This Python with the newest is what the main run is; coverage is measured on the first of the others, if there is
    one.
    """
    others = [python for python in found if python != MAIN] or [MAIN]
    newest = [Run(python, "newest", covered=python == others[0]) for python in others]
    return [*[Run(python, "oldest", optimised=True) for python in found[:1]], *newest]


def main() -> int:
    """Prepare and run everything; fail when a run fails or a Python that starts was left out."""
    found = look()
    if "--list" in sys.argv[1:]:
        return 0
    runs = wanted(list(found))
    (wheel,) = (SCRATCH / "dist").glob("*.whl")
    # Environments are prepared one after the other, since two runs may share one.
    interpreters = {run: prepare(run, found[run.python], wheel) for run in runs}
    results: dict[Run, bool] = {}
    for run, interpreter in interpreters.items():
        results[run], text = suite(run, interpreter)
        print(text, flush=True)
    skipped = sorted(set(found) - {run.python for run in results})
    print(f"ran on Python {', '.join(sorted({run.python for run in results}))}; ", end="")
    print(f"not there or not starting: {', '.join(sorted(set(WANTED) - set(found))) or 'none'}; ", end="")
    print(f"starting but skipped: {', '.join(skipped) or 'none'}")
    return bool(skipped) or not results or not all(results.values())


if __name__ == "__main__":
    sys.exit(main())
