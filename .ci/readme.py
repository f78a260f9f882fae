"""
Run a command of the README exactly as it stands there.

``python3 .ci/readme.py try-it`` runs the one ``sh`` block between ``<!-- try-it -->`` and ``<!-- /try-it -->``, with
``sh``, in the root of the repository. So what the README promises and what the CI runs cannot drift apart.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def command(readme: str, name: str) -> str:
    """Return the one code block between the markers of a name."""
    section = re.findall(rf"<!-- {name} -->(.*?)<!-- /{name} -->", readme, flags=re.DOTALL)
    blocks = [block for text in section for block in re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)]
    if len(blocks) != 1:
        sys.exit(f"README.md has {len(blocks)} sh blocks between the markers of {name}; it must have exactly one")
    return blocks[0].strip()


def main() -> int:
    """Run the command named on the command line."""
    text = command((ROOT / "README.md").read_text(encoding="utf-8"), sys.argv[1])
    print(f"$ {text}", flush=True)
    return subprocess.run(["sh", "-c", text], cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
