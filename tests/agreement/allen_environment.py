"""The environment with AllenSDK, for tests that run something in it."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-allen/bin/python"

needs_allen_environment = [
    pytest.mark.allen,
    pytest.mark.skipif(
        not PYTHON.exists(), reason=f"the AllenSDK environment is not at {PYTHON}"
    ),
]

# Begins a script for `in_allen_environment`: the SDK's cache, allowed to write nothing.
OPEN_CACHE = """
import json, sys
from allensdk.brain_observatory.ecephys.ecephys_project_api import (
    EcephysProjectFixedApi)
from allensdk.brain_observatory.ecephys.ecephys_project_cache import (
    EcephysProjectCache)

def refuse(*args, **kwargs):
    raise RuntimeError("nothing may be written")

cache = EcephysProjectCache(
    fetch_api=EcephysProjectFixedApi(), manifest=sys.argv[1],
    stream_writer=refuse, fetch_tries=1)
"""


def in_allen_environment(*arguments, check=True, **environment):
    """Run the AllenSDK environment's Python."""
    return subprocess.run(
        [PYTHON, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=check,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
    )
