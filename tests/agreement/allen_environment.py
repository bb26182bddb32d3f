"""The environment with AllenSDK, for tests that run something in it."""

import os
import subprocess
from pathlib import Path

import pytest

from minicolumn.files.origin import name_of, settings_of
from minicolumn.jobs.digest import code_digest
from minicolumn.jobs.runs.journal import Journal
from minicolumn.jobs.runs.run import Job

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


def extract_recording(reader, nwb, session_id, tables, directory, **environment):
    """Extract a session in a run of this one job; return the process and its log.

    ``reader`` is its name and its options.
    """
    script, log, code = _planned(
        *("extract_recording", [str(session_id)]),
        dict(zip(("reader", "options"), reader, strict=True)),
        *(tables, directory),
    )
    arguments = script, *reader, code, nwb, session_id, *tables, log
    run = in_allen_environment(*arguments, check=False, **environment)
    return run, log.read_text() if log.exists() else ""


def write_synthetic_sessions(mice, seed, sessions, directory):
    """Write sessions in a run of this one job; return the process and its log."""
    script, log, code = _planned(
        "write_synthetic_sessions", [], {"seed": str(seed)}, sessions, directory
    )
    run = in_allen_environment(script, mice, seed, code, log, *sessions)
    return run, log.read_text()


def _planned(rule, wildcards, parameters, outputs, directory):
    """Begin the journal of a run with one job; return its script, log and code."""
    script = ROOT / "workflow_scripts" / f"{rule}.py"
    log, code = directory / "logs" / rule, code_digest(script)
    job = Job(
        *(1, rule, name_of(wildcards), str(log), True),
        settings=settings_of(parameters | {"code": code}),
        outputs=tuple(map(str, outputs)),
    )
    Journal(directory, [job], []).close()
    return script, log, code


def in_allen_environment(*arguments, check=True, **environment):
    """Run the AllenSDK environment's Python."""
    return subprocess.run(
        [PYTHON, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=check,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
    )
