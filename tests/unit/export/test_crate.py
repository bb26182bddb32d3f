"""The metadata of a run keep the rules of RO-Crate 1.1."""

import json
import time
from datetime import date
from urllib.parse import unquote

import pytest
from small_run import write_run

from minicolumn.export.crate import CRATE, LEFT_OUT, write_crate
from minicolumn.files.origin import Origin, working
from minicolumn.jobs.runs.run import Plan, Run


@pytest.fixture
def crate(tmp_path, cfg):
    """Return a function that describes a small run, with a log and a leftover."""
    directory = tmp_path / "small run"
    with working(Origin("sample_circuits", "0000", {}), {}):
        write_run(directory, cfg.prior)
    (directory / "logs").mkdir()
    (directory / "logs" / "a.log").write_text("on somebody's machine")
    (directory / "two words.svg").write_text("<svg/>")
    (directory / ".report.html.made").write_text("{}")
    config = {"run": "small", "seed": 7, "export": {"title": "T", "license": "mit"}}
    plan = Plan("user", "host", 1, time.time(), (), (), config)

    def crate(*origins):
        content = json.loads(write_crate(directory, Run(plan), origins).read_text())
        entities = {entity["@id"]: entity for entity in content["@graph"]}
        assert len(entities) == len(content["@graph"])
        return directory, content, entities

    return crate


def references(value):
    """Yield what entities refer to by their identity alone."""
    if isinstance(value, dict) and value.keys() == {"@id"}:
        yield value["@id"]
    elif isinstance(value, dict):
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def test_the_descriptor_and_the_root_say_what_they_must(crate):
    _, content, entities = crate("synthetic")
    assert content["@context"] == "https://w3id.org/ro/crate/1.1/context"
    descriptor, root = entities[CRATE], entities["./"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert root["@type"] == "Dataset"
    assert date.fromisoformat(root["datePublished"])
    assert {"name", "description", "license"} <= root.keys()
    assert "SYNTHETIC" in root["description"]
    assert all(entity["@type"] for entity in entities.values())


def test_every_reference_leads_to_an_entity(crate):
    _, content, entities = crate("synthetic")
    outside = {"https://w3id.org/ro/crate/1.1"}
    assert set(references(content["@graph"])) - outside <= entities.keys()


def test_every_result_is_a_part_and_nothing_of_the_machine_is(crate):
    directory, content, entities = crate("synthetic")
    parts = {part["@id"] for part in entities["./"]["hasPart"]}
    files = {
        path.relative_to(directory).as_posix()
        for path in directory.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    kept = {name for name in files if name.split("/")[0] not in LEFT_OUT} - {CRATE}
    assert {unquote(part) for part in parts} == kept
    assert "two%20words.svg" in parts
    for part in parts:
        size = (directory / unquote(part)).stat().st_size
        assert entities[part]["contentSize"] == str(size)
    assert "host" not in json.dumps(content)


def test_a_table_says_what_made_it(crate):
    _, _, entities = crate("synthetic")
    table = entities["circuits-0.parquet"]
    assert table["description"] == "result of sample_circuits 0000"
    assert table["encodingFormat"] == "application/vnd.apache.parquet"


def test_recordings_of_others_have_their_own_terms(crate):
    assert crate("synthetic")[2]["#license"]["name"] == "mit"
    mixed = crate("synthetic", "allen")[2]
    assert mixed["#license"]["name"] == "other"
    assert "Allen Institute" in mixed["./"]["description"]
    assert "none yet" in crate()[2]["./"]["description"]
