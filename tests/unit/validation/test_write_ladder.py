"""The script behind `make ladder` reads runs as they are."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from minicolumn.statistics.smooth import SMOOTH_NAMES

SCRIPT = Path(__file__).parents[3] / "docs" / "write_ladder.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("write_ladder", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_fitted_circuits_are_where_their_checks_say(script):
    reached = {7: [1.0, 3.0], 8: [5.0, 7.0]}
    checks = pd.DataFrame(
        {
            "session_id": session,
            "start": start,
            "statistic": name,
            "target": 0.5,
            "sd": 2.0,
            "z_target_after": (value + place - 0.5) / 2.0,
        }
        for session, values in reached.items()
        for start, value in enumerate(values)
        for place, name in enumerate(SMOOTH_NAMES)
    )
    run = SimpleNamespace(table=lambda name: {"tuned_checks": checks}[name])
    found = script.Finished.fits_at_rest(SimpleNamespace(run=run))
    places = np.arange(len(SMOOTH_NAMES))
    np.testing.assert_allclose(found[7], 2.0 + places)
    np.testing.assert_allclose(found[8], 6.0 + places)


def test_a_missing_run_is_one_sentence(tmp_path):
    command = [sys.executable, SCRIPT, tmp_path, tmp_path / "ladder.md"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr == (
        f"{tmp_path}/ladder_mice is no directory: give that of a run, such as "
        "results/demo\n"
    )
