"""--sdm conda on the real workflow, with a stand-in for conda.

The stand-in answers as conda does, keeps the environment file that it is given, and
makes an "environment" whose Python is that of `.venv-allen`.
"""

import lzma
import os

import pytest
import yaml
from checkouts import ROOT, TINY

from minicolumn.files.store import read_table
from minicolumn.files.tables import UNITS

PYTHON = ROOT / ".venv-allen/bin/python"
GOLDEN = 900000002
pytestmark = [
    pytest.mark.workflow,
    pytest.mark.allen,
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason=f"{PYTHON} is missing"),
]

CONDA = """#!/bin/bash
set -e
case "$*" in
  "info --json") echo '{"conda_prefix": "ROOT", "platform": "linux-64"}' ;;
  "--version") echo "conda 25.1.1" ;;
  "config --get"*) echo '{"get": {"channel_priority": "strict"}}' ;;
  "clean"*) ;;
  *"create"*)
    while [ $# -gt 0 ]; do
      case "$1" in --file) file="$2" ;; --prefix) prefix="$2" ;; esac
      shift
    done
    cp "$file" ROOT/given.yaml
    mkdir -p "$prefix/bin"
    cp ROOT/python "$prefix/bin/python" ;;
  *) echo "stand-in for conda: $*" >&2; exit 1 ;;
esac
"""
WRAPPER = """#!/bin/bash
echo "$PYTHONPATH" >> ROOT/seen
exec PYTHON "$@"
"""
ACTIVATE = 'export PATH="$1/bin:$PATH"\n'


@pytest.fixture
def conda(tmp_path):
    root = tmp_path / "conda"
    (root / "bin").mkdir(parents=True)
    for name, content in {"bin/conda": CONDA, "python": WRAPPER}.items():
        script = root / name
        script.write_text(
            content.replace("ROOT", str(root)).replace("PYTHON ", f"{PYTHON} ")
        )
        script.chmod(0o755)
    (root / "bin/activate").write_text(ACTIVATE)
    return root


def test_the_extraction_runs_in_the_environment_that_conda_made(checkout, conda):
    (checkout.path / ".venv-allen").unlink()
    nwb = checkout.path / f"cache/session_{GOLDEN}/session_{GOLDEN}.nwb"
    nwb.parent.mkdir(parents=True)
    packed = ROOT / f"tests/golden/session_{GOLDEN}.nwb.xz"
    nwb.write_bytes(lzma.decompress(packed.read_bytes()))
    (checkout.path / "own.yaml").write_text(
        "recordings: {source: cache, cache: {directory: cache}}\n"
    )
    checkout.snakemake(
        *("--cores", "1", "--configfile", TINY, "own.yaml"),
        *("--until", "extract_recording", "--sdm", "conda"),
        PATH=f"{conda / 'bin'}:{os.environ['PATH']}",
    )
    units = checkout.path / f"results/tiny/recordings/{GOLDEN}/units.parquet"
    assert read_table(units, UNITS).num_rows > 0
    given = yaml.safe_load((conda / "given.yaml").read_text())
    twin = yaml.safe_load((ROOT / "envs/allen.conda.yaml").read_text())
    assert given == twin
    assert (conda / "seen").read_text().split() == [str(checkout.path / "src")]
