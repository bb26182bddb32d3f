"""The data set, opened with the programs of its readers."""

import hashlib
import json
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from huggingface_hub import DatasetCard
from safetensors.numpy import load as load_safetensors
from small_run import LEVELS

from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.export.layout import ARCHIVES, tables_of
from minicolumn.files.store import read_tables
from minicolumn.statistics.names import STATISTIC_NAMES

TABLES = tables_of(family("ei"))


def fingerprints(directory: Path):
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in directory.rglob("*")
        if path.is_file()
    }


def documents(archive):
    with tarfile.open(archive) as packed:
        return {
            entry.name: json.loads(packed.extractfile(entry).read())
            for entry in packed
            if entry.name.endswith(".json")
        }


def test_exporting_twice_gives_the_same_bytes(dataset, exported):
    again = exported("again")
    assert fingerprints(again[1]) == fingerprints(dataset[1])


def test_the_published_layout_has_a_json_per_circuit(dataset):
    _made, out = dataset
    archives = [
        out / f"{variant}_circuits.tar.gz" for variant in ("v14a", "v14b", "v14c")
    ]
    for archive, mechanism in zip(archives, MECHANISMS, strict=True):
        found = documents(archive)
        assert len(found) == 8
        one = found[f"{archive.name[:4]}_circuits/circuit_000005.json"]
        assert one["mechanism"] == mechanism
        assert [s["level"] for s in one["simulations"]] == list(LEVELS)
        assert {tuple(s["statistics"]) for s in one["simulations"]} == {STATISTIC_NAMES}


def test_every_float_is_the_one_of_the_table(dataset):
    _made, out = dataset
    table = pd.read_parquet(out / "data/simulated_statistics.parquet")
    for document in documents(out / "v14c_circuits.tar.gz").values():
        mine = table.query(
            f"circuit_id == {document['circuit_id']} and mechanism == 'combined'"
        )
        for simulation, (_, row) in zip(
            document["simulations"], mine.iterrows(), strict=True
        ):
            for name, value in simulation["statistics"].items():
                assert value == row[name] or (value is None and np.isnan(row[name]))


def test_parquet_loads_with_pandas_and_pyarrow_as_it_was(dataset):
    made, out = dataset
    for table in TABLES:
        original = read_tables(made.tables[table.name], table.schema)
        assert pq.read_table(out / table.file).equals(original)
        assert list(pd.read_parquet(out / table.file)) == table.schema.names


def test_datasets_loads_every_configuration_of_the_card(dataset, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    import datasets

    _, out = dataset
    assert datasets.get_dataset_config_names(str(out)) == [t.name for t in TABLES]
    for table in TABLES:
        loaded = datasets.load_dataset(
            str(out), table.name, split="train", cache_dir=str(tmp_path)
        )
        original = pq.read_table(out / table.file)
        assert loaded.to_dict() == original.to_pydict()


def test_the_schema_says_what_every_column_is(dataset):
    _, out = dataset
    schema = json.loads((out / "schema.json").read_text())
    text = (out / "SCHEMA.md").read_text()
    for table in TABLES:
        arrow = pq.read_schema(out / table.file)
        columns = schema[table.name]["columns"]
        assert [c["name"] for c in columns] == arrow.names
        assert [c["type"] for c in columns] == [str(field.type) for field in arrow]
        assert (
            schema[table.name]["n_rows"] == pq.read_metadata(out / table.file).num_rows
        )
        assert all(
            f"| `{c['name']}` | {c['type']} | {c['unit']} |" in text for c in columns
        )


def test_checksums_cover_every_file(dataset):
    _, out = dataset
    subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"],
        cwd=out,
        check=True,
    )
    listed = {line.split()[1] for line in (out / "SHA256SUMS").read_text().splitlines()}
    assert listed == set(fingerprints(out)) - {"SHA256SUMS"}


def test_checkpoints_come_out_as_they_went_in(dataset, tmp_path):
    made, out = dataset
    with tarfile.open(out / "checkpoints.tar.gz") as archive:
        assert archive.getnames() == sorted(archive.getnames())
        archive.extractall(tmp_path, filter="data")
    for surrogate in map(Path, made.surrogates):
        packed = tmp_path / "checkpoints" / surrogate.parent.name / surrogate.name
        assert sorted(p.name for p in packed.iterdir()) == [
            "manifest.json",
            "metrics.json",
            "weights.safetensors",
        ]
        for file in packed.iterdir():
            assert file.read_bytes() == (surrogate / file.name).read_bytes()
        assert load_safetensors((packed / "weights.safetensors").read_bytes())


def test_epochs_say_whose_they_are(dataset, exported):
    synthetic = documents(dataset[1] / "allen_epochs.tar.gz")
    assert len(synthetic) == 2 + 4
    assert all(name.startswith("SYNTHETIC_epochs/") for name in synthetic)
    assert all(one["synthetic"] is True for one in synthetic.values())
    _, out = exported("allen", origin="allen")
    recorded = documents(out / "allen_epochs.tar.gz")
    assert all(name.startswith("allen_epochs/") for name in recorded)
    assert all(one["synthetic"] is False for one in recorded.values())
    epoch = recorded["allen_epochs/epochs/900000101/epoch_0001.json"]
    assert (epoch["state"], epoch["n_units_selected"], epoch["n_units"]) == (
        "running",
        41,
        25,
    )


def test_the_front_matter_is_one_that_the_hub_reads(dataset):
    card = DatasetCard.load(dataset[1] / "README.md").data
    assert card.license == "mit"
    assert card.pretty_name == "Small, for tests: 1"
    assert card.size_categories == ["n<1K"]
    assert "synthetic" in card.tags
    assert [c["data_files"] for c in card.configs] == [t.file for t in TABLES]
    assert [c["config_name"] for c in card.configs if c.get("default")] == [
        TABLES[0].name
    ]


def test_every_number_on_the_card_is_counted(dataset):
    _, out = dataset
    card = (out / "README.md").read_text()
    table = pd.read_parquet(out / "data/simulated_statistics.parquet")
    n = table["circuit_id"].nunique()
    assert f"{n} circuits, {len(table)} simulations, ACh levels 0.0, 0.3, 1.0" in card
    for mechanism, mine in table.groupby("mechanism"):
        counts = mine["outcome"].value_counts()
        numbers = [counts.get(o, 0) for o in ("ok", "silent", "runaway", "not_finite")]
        (row,) = (
            line for line in card.splitlines() if line.startswith(f"| {mechanism} | v")
        )
        assert row.split(" | ")[2:] == [*map(str, numbers[:3]), f"{numbers[3]} |"]
    recorded = pd.read_parquet(out / "data/recorded_statistics.parquet")
    undefined = (
        f"| {table['peak_freq'].isna().sum()} | {recorded['peak_freq'].isna().sum()} |"
    )
    (row,) = (line for line in card.splitlines() if line.startswith("| `peak_freq`"))
    assert row.endswith(undefined)
    for name in ARCHIVES:
        assert f"| `{name}` | {ARCHIVES[name]} |" in card


def test_synthetic_recordings_are_called_so_at_once(dataset, exported):
    card = (dataset[1] / "README.md").read_text()
    assert "**2 of the 2 recordings are SYNTHETIC**" in card[: card.index("## Files")]
    assert card.index("SYNTHETIC") < card.index("epochs of 2 sessions")
    metadata = json.loads((dataset[1] / "croissant.json").read_text())
    assert "SYNTHETIC" in metadata["description"]
    _, out = exported("allen2", origin="allen")
    assert "synthetic" not in (out / "README.md").read_text().lower()


def test_the_license_is_other_once_others_hold_a_part(exported):
    for changed in ({"origin": "allen"}, {"origin": "other"}, {"imported": True}):
        _, out = exported("license", **changed)
        card = DatasetCard.load(out / "README.md")
        assert card.data.license == "other"
        assert "mit" in card.text
    assert "imported from archives" in card.text


# rdflib and mlcroissant use what rdflib and pandas have deprecated.
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning:mlcroissant")
def test_croissant_metadata_is_valid_and_loads(dataset, caplog):
    import mlcroissant as croissant

    _, out = dataset
    described = croissant.Dataset(jsonld=out / "croissant.json")
    issues = described.metadata.ctx.issues
    assert not issues.errors
    assert all("datePublished" in warning for warning in issues.warnings)
    assert "not standard" not in caplog.text
    original = pq.read_table(out / "data/circuits.parquet").to_pylist()
    records = list(described.records("circuits"))
    assert len(records) == len(original)
    for record, row in zip(records, original, strict=True):
        assert {key.split("/")[-1]: value for key, value in record.items()} == row
