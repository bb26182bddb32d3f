"""What a user types is data: it runs no command; what the machine knows stays there."""

import os
import subprocess
import sys

import pytest
import yaml
from checkouts import TINY

from minicolumn.surrogates.names import ARCHITECTURES

SECRET = "hush-b8b1c1f0"
SHARD = "results/tiny/simulations/synaptic/shard-0000.parquet"
HOSTILE = (
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned #",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "two words",
    "two\nlines",
)

pytestmark = [pytest.mark.workflow, pytest.mark.slow]


@pytest.mark.parametrize("name", [*HOSTILE, "../elsewhere", "/etc", "", "a/b"])
def test_a_run_is_named_by_a_word_or_refused(checkout, name):
    (checkout.path / "own.yaml").write_text(yaml.safe_dump({"run": name}))
    said = checkout.snakemake("-n", "--configfile", "own.yaml", check=False)
    assert "run=" in said
    assert "Traceback" not in said
    assert not (checkout.path / "results").exists()


@pytest.mark.allen
def test_names_of_areas_and_caches_run_no_command(rerun, tmp_path):
    cache = tmp_path / "cache '; touch pwned; ' $(touch pwned)"
    (rerun.path / "results/tiny/recordings/synthetic_cache").rename(cache)
    own = {
        "recordings": {
            "source": "cache",
            "cache": {"directory": str(cache)},
            "units": {"areas": ["VISp", *HOSTILE]},
            "fetched": {"directory": HOSTILE[0]},
        }
    }
    (rerun.path / "own.yaml").write_text(yaml.safe_dump(own))
    rerun.snakemake(
        *("--until", "find_epochs", "--cores", "2"),
        *("--configfile", TINY, "own.yaml"),
    )
    assert len(list((rerun.path / "results/tiny/sessions").iterdir())) == 3
    assert not list(tmp_path.rglob("pwned*"))


def test_neither_results_nor_logs_hold_the_environment(checkout):
    checkout.snakemake(
        SHARD,
        *("--cores", "1", "--configfile", TINY),
        AWS_SECRET_ACCESS_KEY=SECRET,
        GITHUB_TOKEN=SECRET,
    )
    kept = [
        path
        for directory in ("results", ".snakemake")
        for path in (checkout.path / directory).rglob("*")
        if path.is_file()
    ]
    assert kept
    assert [path for path in kept if SECRET.encode() in path.read_bytes()] == []


READ_ALL = """
import sys
from pathlib import Path

import xgboost, torch, safetensors.torch  # importing may unpickle; reading must not
from minicolumn.files.store import read_provenance
from minicolumn.surrogates.archive import load


def refuse(event, arguments):
    assert event != "pickle.find_class", arguments


sys.addaudithook(refuse)
results = Path(sys.argv[1])
models = [load(path) for path in sorted(results.glob("surrogates/*/*"))]
tables = [read_provenance(path) for path in results.rglob("*.parquet")]
print(len(models), len(tables))
"""


@pytest.mark.allen
def test_reading_everything_unpickles_nothing(finished):
    results = finished.path / "results" / "tiny"
    read = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(results)],
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    models, tables = map(int, read.stdout.split())
    assert models == 4 * len(ARCHITECTURES)
    assert tables > 20
