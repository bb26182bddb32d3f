"""The environment with other programs that read what this project writes."""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-readers/bin/python"

needs_readers = pytest.mark.skipif(
    not PYTHON.exists(), reason=f"there is no {PYTHON}: make readers"
)


def found_in(path, kind):
    """Return what another program finds in a file or directory of a kind."""
    script = Path(__file__).parent / "read_elsewhere.py"
    run = subprocess.run(
        [PYTHON, script, kind, path], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])
