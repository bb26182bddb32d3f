"""Out to the published layout and back in again, on the real Snakefile."""

import hashlib
import json
import subprocess
import tarfile

import pyarrow.parquet as pq
import pytest
import yaml
from checkouts import TINY

from minicolumn.circuit_archives.documents import write_archive
from minicolumn.circuits.mechanisms import MECHANISMS, VARIANTS
from minicolumn.files.store import read_table, read_tables
from minicolumn.files.tables import CIRCUITS, REFUSED_FILES, SIMULATED_STATISTICS
from minicolumn.surrogates.archive import load

pytestmark = [pytest.mark.workflow, pytest.mark.allen, pytest.mark.slow]

SIMULATES = {"sample_circuits", "simulate_shard", "describe_simulations"}
EXPORT = "results/tiny/export"


@pytest.fixture(scope="module")
def exported(finished):
    finished.snakemake("export", "--cores", "1", "--configfile", TINY)
    return finished


def overlay(checkout, archives, name="back", **elsewhere):
    """Write a configuration that takes circuits from archives."""
    read = {"files": archives, "fields": {"elsewhere": elsewhere}}
    values = {
        "run": name,
        "circuits": {"source": "archives", "archives": read},
        "recordings": {
            "source": "cache",
            "cache": {"directory": "results/tiny/recordings/synthetic_cache"},
        },
    }
    path = checkout.path / f"{name}.yaml"
    path.write_text(yaml.safe_dump(values))
    return ["--configfile", TINY, path.name]


def archives_of(directory):
    return {m: f"{directory}/{VARIANTS[m]}_circuits.tar.gz" for m in MECHANISMS}


def shards(checkout, run, what):
    return sorted((checkout.path / "results" / run / what).glob("shard-*.parquet"))


def test_an_export_is_whole_and_the_same_bytes_again(exported):
    out = exported.path / EXPORT
    checksums = (out / "SHA256SUMS").read_bytes()
    subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=out, check=True)
    assert exported.planned("export", "--configfile", TINY) == {}
    exported.snakemake("export", "--force", "--cores", "1", "--configfile", TINY)
    assert (out / "SHA256SUMS").read_bytes() == checksums


def test_exported_checkpoints_predict(exported, tmp_path):
    with tarfile.open(exported.path / EXPORT / "checkpoints.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    directories = list((tmp_path / "checkpoints").glob("*/*"))
    assert len(directories) == 12
    for directory in directories:
        trained = load(directory)
        assert (trained.training_set, trained.architecture) == directory.parts[-2:]


def test_the_plan_of_an_import_simulates_no_circuit(exported):
    planned = exported.planned(*overlay(exported, archives_of(EXPORT)))
    assert planned["import_circuits"] == 1
    assert planned["train_surrogate"] == 12
    assert not SIMULATES & set(planned)


def test_export_then_import_gives_identical_tables(exported):
    files = overlay(exported, archives_of(EXPORT), "same")
    arguments = [*files, "--until", "import_circuits"]
    exported.snakemake("--cores", "1", *arguments)
    later = ["--config", "prediction={nearest_circuits: 2}"]
    assert exported.planned(*arguments, *later) == {}
    for schema, what in [
        (CIRCUITS, "circuits"),
        *((SIMULATED_STATISTICS, f"statistics/simulated/{m}") for m in MECHANISMS),
    ]:
        original = read_tables(shards(exported, "tiny", what), schema)
        (path,) = shards(exported, "same", what)
        assert read_table(path, schema).equals(original)


def with_one_bad_file(path, to):
    with tarfile.open(path) as archive:
        files = [(entry.name, archive.extractfile(entry).read()) for entry in archive]
    name, content = files[3]
    files[3] = name, content.replace(b'"statistics"', b'"numbers"')
    write_archive(to, files)
    return name


def test_a_run_from_archives_ends_in_a_report_that_says_so(exported):
    archives = archives_of(EXPORT)
    spoilt = exported.path / "spoilt.tar.gz"
    bad = with_one_bad_file(exported.path / archives["synaptic"], spoilt)
    arguments = overlay(exported, archives | {"synaptic": spoilt.name}, fano=None)
    exported.snakemake("all", "export", "--cores", "2", *arguments)
    results = exported.path / "results" / "back"
    (refused,) = read_table(
        results / "circuits" / "refused.parquet", REFUSED_FILES
    ).to_pylist()
    assert (refused["mechanism"], refused["file"]) == ("synaptic", bad)
    page = (results / "report.html").read_text()
    assert "imported from archives and not simulated by this run" in page
    assert "no raster to show" in page
    assert refused["file"] in page
    digest = hashlib.sha256(spoilt.read_bytes()).hexdigest()
    assert digest in page
    assert not (results / "simulations").exists()
    (table,) = shards(exported, "back", "statistics/simulated/combined")
    fano = read_table(table, SIMULATED_STATISTICS)["fano"]
    assert fano.null_count == len(fano) == 72
    assert exported.planned(*arguments) == {}
    card = (results / "export" / "README.md").read_text()
    assert "license: other" in card
    assert "imported from archives" in card
    schema = json.loads((results / "export" / "schema.json").read_text())
    rows = pq.read_metadata(results / "export/data/simulated_statistics.parquet")
    assert schema["simulated_statistics"]["n_rows"] == rows.num_rows == 3 * 72 - 3


def test_archives_that_do_not_fit_are_one_clear_error(exported):
    arguments = overlay(exported, archives_of(EXPORT), "misfit")
    output = exported.snakemake(
        *("--cores", "1", *arguments, "--until", "import_circuits"),
        *("--config", "simulation={duration_s: 2.0}"),
        check=False,
    )
    assert "none of the 24 JSON files" in output
    assert "simulation.duration_s=2" in output
    assert "Traceback" not in output
    assert not (exported.path / "results/misfit/circuits").exists()
