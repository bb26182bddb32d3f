"""Archives to tables: what was exported comes back the same, the rest is told."""

import json
import logging

import pyarrow.parquet as pq
import pytest
from small_run import DURATION_S, LEVELS, N_UNITS, write_run

from minicolumn.circuit_archives.documents import circuit_files, write_archive
from minicolumn.circuit_archives.importing import Import
from minicolumn.circuit_archives.mapping import Expected
from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.circuit_archives import Limits
from minicolumn.errors import ArchiveError, ConfigError
from minicolumn.files.columns import parameter_columns
from minicolumn.files.store import read_table, read_tables, write_parts, write_table
from minicolumn.files.tables import (
    CIRCUITS,
    REFUSED_FILES,
    SIMULATED_STATISTICS,
)
from minicolumn.learning.splits import SplitRule

LIMITS = Limits(files=100, file_bytes=100_000, total_bytes=10_000_000, ratio=200)


@pytest.fixture
def run(tmp_path, cfg):
    return write_run(tmp_path / "run", cfg.prior)


@pytest.fixture
def importing(cfg):
    expected = Expected(cfg.prior, LEVELS, DURATION_S, N_UNITS, 100.0)
    return Import(cfg.circuits.archives.fields, LIMITS, expected)


def of_mechanism(run, mechanism):
    at, n = MECHANISMS.index(mechanism), len(run.tables["circuits"])
    return run.tables["simulated_statistics"][at * n : (at + 1) * n]


def pack(run, path, mechanism="synaptic", edit=lambda name, content: (name, content)):
    files = circuit_files(
        mechanism, run.tables["circuits"], of_mechanism(run, mechanism)
    )
    write_archive(path, (edit(*file) for file in files))
    return path


def test_what_was_exported_comes_back_the_same(run, importing, tmp_path):
    """To the last bit of every float64, and to every null."""
    for mechanism in MECHANISMS:
        path = pack(run, tmp_path / "a.tar.gz", mechanism)
        back = tmp_path / f"{mechanism}.parquet"
        write_parts(back, SIMULATED_STATISTICS, importing.statistics(path, mechanism))
        original = read_tables(of_mechanism(run, mechanism), SIMULATED_STATISTICS)
        assert original["peak_freq"].null_count > 0
        assert read_table(back, SIMULATED_STATISTICS).equals(original)
    schema = CIRCUITS.plus(*parameter_columns(family("ei").parameters))
    write_table(tmp_path / "c.parquet", schema, importing.circuits())
    original = read_tables(run.tables["circuits"], CIRCUITS)
    assert read_table(tmp_path / "c.parquet", CIRCUITS).equals(original)
    assert importing.refused() == {name: [] for name in REFUSED_FILES.names}


def test_a_file_that_does_not_fit_is_told_and_the_rest_goes_on(
    run, importing, tmp_path, caplog
):
    def edit(name, content):
        if name.endswith("02.json"):
            return name, content[:-40]
        if name.endswith("05.json"):
            return name, content.replace(b'"p_exc"', b'"pexc"')
        return name, content

    path = pack(run, tmp_path / "a.tar.gz", edit=edit)
    with caplog.at_level(logging.INFO):
        parts = list(importing.statistics(path, "synaptic"))
    ids = {i for part in parts for i in part["circuit_id"]}
    assert ids == {0, 1, 3, 4, 6, 7}
    write_table(tmp_path / "refused.parquet", REFUSED_FILES, importing.refused())
    refused = pq.read_table(tmp_path / "refused.parquet").to_pylist()
    assert [one["file"][-7:-5] for one in refused] == ["02", "05"]
    assert "not JSON" in refused[0]["reason"]
    assert "there is no parameters.p_exc" in refused[1]["reason"]
    assert "2 files refused" in caplog.text
    assert refused[1]["reason"] in caplog.text


def test_one_clear_error_when_nothing_fits(run, importing, tmp_path):
    path = pack(
        run,
        tmp_path / "a.tar.gz",
        edit=lambda name, content: (name, content.replace(b'"level"', b'"ach"')),
    )
    with pytest.raises(ArchiveError) as error:
        list(importing.statistics(path, "synaptic"))
    first, example, *_ = str(error.value).splitlines()
    assert "none of the 8 JSON files in" in first
    assert "circuit_000000.json and 7 more: there is no level; the keys are" in example
    assert "circuits.archives.fields" in str(error.value)


def test_an_archive_without_json_is_an_error(importing, tmp_path):
    write_archive(tmp_path / "a.tar.gz", [("README", b"hello")])
    with pytest.raises(ArchiveError, match="contains no JSON file"):
        list(importing.statistics(tmp_path / "a.tar.gz", "synaptic"))


def test_a_repeated_circuit_is_refused(run, importing, tmp_path):
    path = pack(
        run,
        tmp_path / "a.tar.gz",
        edit=lambda name, content: (
            name,
            content.replace(b'"circuit_id": 3', b'"circuit_id": 2'),
        ),
    )
    list(importing.statistics(path, "synaptic"))
    (reason,) = importing.refused()["reason"]
    assert "circuit 2 has n_neurons=" in reason


def test_the_same_circuit_and_level_twice_is_refused(run, importing, tmp_path):
    files = list(
        circuit_files("synaptic", run.tables["circuits"], of_mechanism(run, "synaptic"))
    )
    write_archive(tmp_path / "a.tar.gz", [*files, ("again.json", files[2][1])])
    list(importing.statistics(tmp_path / "a.tar.gz", "synaptic"))
    assert importing.refused() == {
        "mechanism": ["synaptic"],
        "file": ["again.json"],
        "reason": ["another file also has circuit 2 at ACh level 0"],
    }


def test_mechanisms_must_have_the_same_circuits(run, importing, tmp_path):
    list(importing.statistics(pack(run, tmp_path / "a.tar.gz"), "synaptic"))

    def other_circuit(name, content):
        document = json.loads(content)
        if document["circuit_id"] == 6:
            document["parameters"]["p_inh"] = 0.25
        return name, json.dumps(document).encode()

    path = pack(run, tmp_path / "b.tar.gz", "combined", other_circuit)
    list(importing.statistics(path, "combined"))
    (reason,) = importing.refused()["reason"]
    assert "circuit 6 has p_inh=0.25 here" in reason


def test_too_few_circuits_are_told_now_and_not_in_a_later_stage(
    run, importing, tmp_path
):
    list(importing.statistics(pack(run, tmp_path / "a.tar.gz"), "synaptic"))
    with pytest.raises(ArchiveError, match=r"contain 8 circuits .*nearest_circuits=5 "):
        importing.check_enough(SplitRule(7, 0.2, 0.2, 0.2), 5)
    with pytest.raises(ConfigError, match=r"leave the validation .*without a circuit"):
        importing.check_enough(SplitRule(7, 1e-9, 0.3, 0.3), 2)
    importing.check_enough(SplitRule(7, 0.25, 0.25, 0.25), 2)


def test_a_damaged_archive_gives_no_table(run, importing, tmp_path):
    path = pack(run, tmp_path / "a.tar.gz")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ArchiveError, match="damaged"):
        write_parts(
            tmp_path / "t.parquet",
            SIMULATED_STATISTICS,
            importing.statistics(path, "synaptic"),
        )
    assert not (tmp_path / "t.parquet").exists()
