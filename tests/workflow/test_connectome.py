"""A measured circuit: its tables are read before any work starts."""

import pytest
import yaml
from checkouts import TINY
from synthetic_connectome import EXAMPLE, overlay

pytestmark = pytest.mark.workflow


@pytest.fixture
def measured(checkout):
    """Write a SYNTHETIC connectome and the overlay that uses it."""
    EXAMPLE["write"](checkout.path / "data", 100)
    given = {"run": "measured", **overlay(checkout.path / "data")}
    (checkout.path / "measured.yaml").write_text(yaml.safe_dump(given))
    return checkout


def plan(checkout, **connectome):
    (checkout.path / "changed.yaml").write_text(
        yaml.safe_dump({"circuits": {"connectome": connectome}})
    )
    files = (TINY, "measured.yaml", "changed.yaml")
    return checkout.snakemake("-n", "--configfile", *files, check=False)


def test_its_circuits_are_planned_and_changes_of_tables_are_said(measured):
    assert "simulate_shard" in plan(measured)
    table = measured.path / "data" / "synthetic_connections.csv"
    neuron = table.read_text().splitlines()[1].split(",")[0]
    with table.open("a") as file:
        file.write(f"{neuron},{neuron},3\n")
    output = plan(measured)
    assert "circuits.connectome: 1 autapses are dropped" in output
    assert "simulate_shard" in output


@pytest.mark.parametrize(
    ("connectome", "said"),
    [
        ({"neurons": "data/none.csv"}, "names files that do not exist (neurons: data"),
        ({"columns": {"strength": "size"}}, "has no column size, only pre, post, syn"),
        ({"types": {"synth_Sst": "pyr"}}, "should be one of 'exc', 'vip', 'sst', 'pv'"),
        ({"neurons": None}, "circuits.connectome.types lacks +: say which neuron"),
        ({"sha256": "0" * 64}, "not the files that circuits.connectome.sha256=0000"),
    ],
)
def test_a_fault_is_one_sentence_before_any_work(measured, connectome, said):
    output = plan(measured, **connectome)
    assert said in output
    assert "Traceback" not in output
    assert "simulate_shard" not in output
