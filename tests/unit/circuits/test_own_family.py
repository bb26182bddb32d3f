"""A family that a user adds takes one folder and no change elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from overlay import ROOT

RING = ROOT / "docs" / "extending" / "ring"
CHECK = """
import json, sys
from pathlib import Path
from minicolumn.registry.lookup import announce, extension_files
announce([sys.argv[1]])
from minicolumn.config import parse_config
from minicolumn.config.settings import settings_of
from minicolumn.extension_checks.calls import faults
from minicolumn.yaml_files import read_yaml
overlay = {"extensions": [sys.argv[1]], "circuits": {"family": sys.argv[2]}}
cfg = parse_config(settings_of(read_yaml("config.yaml"), overlay))
files = extension_files(["minicolumn.circuits.family"], {})
print(json.dumps([list(cfg.prior), sorted(f.name for f in files), faults(cfg)]))
"""


def checked(folder, family):
    run = subprocess.run(
        [sys.executable, "-c", CHECK, str(folder), family],
        cwd=ROOT,
        env=os.environ | {"JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout.strip().rpartition("\n")[2], run.stderr


def copied(folder: Path, old: str, new: str) -> Path:
    folder.mkdir()
    for file in RING.iterdir():
        if file.is_file():
            (folder / file.name).write_text(file.read_text())
    file = folder / "circuits.py"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    return folder


def test_the_example_is_a_family_whose_circuits_the_engine_takes():
    said, error = checked(RING, "ring")
    assert said == (
        '[["n_neurons", "reach", "g_exc_nS", "g_inh_nS", "drive_nA", "noise_nA", '
        '"max_mV"], '
        '["__init__.py", "circuits.py"], []]'
    ), error


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{__name__}:build_circuit", "{__name__}:make", "has builder='minicolumn_ext"),
        ("ei.dynamics:DYNAMICS", "ei.dynamics:OTHER", "has dynamics_at='minicolumn.ci"),
        ("1e-3 * connected", "np.nan * connected", "is not finite"),
        ("sizes=sizes,", "sizes=(n, 0),", "and sizes says ("),
    ],
)
def test_a_fault_is_one_sentence(tmp_path, old, new, said):
    found, error = checked(copied(tmp_path / "ring", old, new), "ring")
    assert said in found, error
    assert found.count("the family 'ring'") <= 2


def test_unknown_families_and_parameters_of_another_are_one_sentence(tmp_path):
    _, error = checked(RING, "rnig")
    known = "'ei', 'v1_types', 'connectome', 'pd14', 'lif_random', 'lif_types', 'ring'"
    assert f"circuits.family='rnig': should be one of {known}" in error
    other = copied(tmp_path / "ring", '"reach", "1"', '"grasp", "1"')
    _, error = checked(other, "ring")
    assert "unknown parameters ['reach'], missing parameters ['grasp']" in error
