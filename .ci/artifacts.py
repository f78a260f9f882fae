"""Build the wheel and the source archive, and look whether all that belongs is in them and nothing else."""

import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The code alone, which has some 610 kB now; what is much larger has got something in that does not belong there.
WHEEL_BYTES_MAX = 700_000
IN_ARCHIVE = ("LICENSE", "README.md", "benchmarks/", "docs/", "examples/", "pyproject.toml", "src/loyalcore/", "tests/")


def wheel_faults(wheel: Path) -> list[str]:
    """Name what is wrong with a wheel."""
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src" / "loyalcore").rglob("*.py")}
    expected.add("loyalcore/py.typed")
    strangers = {name for name in names if not name.startswith(("loyalcore/", "loyalcore-"))}
    faults = [f"not in the wheel: {name}" for name in sorted(expected - names)]
    faults += [f"does not belong in the wheel: {name}" for name in sorted(strangers)]
    if wheel.stat().st_size > WHEEL_BYTES_MAX:
        faults.append(f"the wheel has {wheel.stat().st_size} bytes, more than {WHEEL_BYTES_MAX}")
    return faults


def archive_faults(archive: Path) -> list[str]:
    """Name what is missing from a source archive, or was built and does not belong."""
    with tarfile.open(archive) as tar:
        names = [name.partition("/")[2] for name in tar.getnames()]
    faults = [f"not in the source archive: {part}" for part in IN_ARCHIVE if not any(n.startswith(part) for n in names)]
    built = [n for n in names if n.endswith((".pyc", ".sqlite")) or n.startswith(("docs/_build", ".venv"))]
    return faults + [f"does not belong in the source archive: {name}" for name in built]


def main() -> int:
    """Build both into the run's scratch folder, where the matrix takes the wheel from."""
    target = Path(os.environ.get("LOYALCORE_CI_SCRATCH") or tempfile.mkdtemp()) / "dist"
    subprocess.run([sys.executable, "-m", "build", "--outdir", str(target), str(ROOT)], check=True, capture_output=True)
    (wheel,) = target.glob("*.whl")
    (archive,) = target.glob("*.tar.gz")
    faults = wheel_faults(wheel) + archive_faults(archive)
    for built in (wheel, archive):
        print(f"{built.name}: {built.stat().st_size:,} bytes")
    print("\n".join(faults) or "everything that belongs is in them, and nothing else")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
