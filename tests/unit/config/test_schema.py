"""The schema that editors read is that of the models, and accepts what they accept."""

import json

import jsonschema
import pytest
import yaml
from overlay import ROOT

from minicolumn.config import Config
from minicolumn.config.schema import json_schema

FILE = ROOT / "schemas" / "config.schema.json"
SCHEMA = json.loads(FILE.read_text())
CHECK = jsonschema.Draft202012Validator(SCHEMA)
CONFIGURATIONS = ("config.yaml", "demo.yaml", "validation.yaml", "tests/tiny.yaml")
OTHERS = (
    *("tests/extended.yaml", "tests/of_types.yaml", "tests/of_column.yaml"),
    *(
        f"src/minicolumn/circuits/{family}/settings.yaml"
        for family in ("v1_types", "pd14", "lif_random", "lif_types")
    ),
)


def leaves(schema, path=()):
    """Yield the path and the schema of every key."""
    for key, part in schema.get("properties", {}).items():
        yield (*path, key), part
        yield from leaves(part, (*path, key))


def test_the_file_is_current():
    made = json_schema((ROOT / "config.yaml").read_text())
    assert made == SCHEMA, "run `make schema`"


def test_it_is_a_schema():
    CHECK.check_schema(SCHEMA)
    assert SCHEMA["properties"].keys() == Config.model_fields.keys()


@pytest.mark.parametrize("name", [*CONFIGURATIONS, *OTHERS])
def test_the_configurations_name_it_and_keep_to_it(name):
    text = (ROOT / name).read_text()
    said = text.partition("\n")[0].removeprefix("# yaml-language-server: $schema=")
    assert ((ROOT / name).parent / said).resolve() == FILE
    CHECK.validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("circuits: {cuont: 1}", "'cuont' was unexpected"),
        ("surogates: {}", "'surogates' was unexpected"),
        ("circuits: {count: 0}", "0 is less than or equal to the minimum of 0"),
        ("simulation: {engine: fast}", "'fast' is not one of"),
        ("acetylcholine: {levels: high}", "'high' is not of type 'array'"),
    ],
)
def test_an_editor_marks_what_a_plan_would_refuse(written, said):
    (fault,) = CHECK.iter_errors(yaml.safe_load(written))
    assert said in fault.message


def test_names_that_extensions_may_add_are_completed_and_not_refused():
    source = SCHEMA["properties"]["recordings"]["properties"]["source"]
    assert {"s3", "nwb", "synthetic"} <= {*source["examples"]}
    CHECK.validate({"recordings": {"source": "arrays"}})


def test_every_key_of_the_configuration_is_completed_with_its_value_and_comment():
    found = dict(leaves(SCHEMA))
    values = yaml.safe_load((ROOT / "config.yaml").read_text())

    def check(value, path):
        if isinstance(value, dict) and value:
            for key, part in value.items():
                check(part, (*path, key))
        elif value is not None:
            assert found[path]["default"] == value, path

    check(values, ())
    note = found["circuits", "per_shard"]["description"]
    assert note.startswith("circuits in one GPU job")
