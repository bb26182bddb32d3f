import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from synthetic_connectome import (
    EXAMPLE,
    TYPES,
    configured,
    overlay,
    write_rows,
    write_sonata,
)

from minicolumn.circuits.connectome.measured import measured
from minicolumn.circuits.connectome.planned import check_connectome
from minicolumn.errors import ConfigError

N = 60
HEADER = ["pre", "post", "count", "of_pre", "of_post"]
RING = [
    [i, (i + 1) % 5, 2, "P" if i else "I", "I" if i == 4 else "P"] for i in range(5)
]
SMALL = {
    "neurons": None,
    "columns": {"strength": "count", "pre_type": "of_pre", "post_type": "of_post"},
    "types": {"P": "exc", "I": "pv"},
}
FEW = {"prior": {"n_neurons": {"low": 5, "high": 5}}, "statistics": {"n_units": 2}}


@pytest.fixture
def found(tmp_path, settings):
    """Return what the run says of a table with these rows, and the circuit."""

    def of(rows, header=HEADER, **changed):
        path = write_rows(tmp_path / "connections.csv", header, rows)
        given = overlay(tmp_path, **(SMALL | {"connections": path} | changed))
        cfg = configured(settings(), given, FEW)
        return check_connectome(cfg), measured(cfg.circuits.connectome)

    return of


def test_a_clean_table_is_taken_as_it_is(found):
    notes, circuit = found(RING)
    assert notes == ()
    assert circuit.sizes.tolist() == [4, 0, 0, 1]
    # Neuron 0 is inhibitory, so it is last: 1 to 2, 2 to 3, 3 to 4, 4 to 0, 0 to 1.
    assert circuit.strength.toarray().argmax(axis=1).tolist() == [1, 2, 3, 4, 0]


def test_repeated_rows_are_summed_and_said(found):
    notes, circuit = found([*RING, [1, 2, 4, "P", "P"], [1, 2, 1, "P", "P"]])
    assert notes == ("7 rows are summed to 5 connections",)
    values = circuit.strength.data
    assert sorted(values / values.min()) == pytest.approx([1, 1, 1, 1, 3.5])
    assert values.mean() == pytest.approx(1)


def test_autapses_are_dropped_and_said(found):
    notes, circuit = found([*RING, [3, 3, 9, "P", "P"]])
    assert notes == ("1 autapses are dropped",)
    assert circuit.strength.diagonal().tolist() == [0] * 5


def test_each_row_is_a_synapse_where_there_is_no_strength(found):
    columns = SMALL["columns"] | {"strength": None}
    _, circuit = found([*RING, RING[1], RING[1]], columns=columns)
    values = circuit.strength.data
    assert values.max() / values.min() == pytest.approx(3)


def test_identities_may_start_anywhere_and_be_text(found):
    _, plain = found(RING)
    for name in (lambda i: i + 864691, lambda i: f"n{i}"):
        rows = [[name(pre), name(post), *rest] for pre, post, *rest in RING]
        _, other = found(rows)
        assert other.strength.toarray().tolist() == plain.strength.toarray().tolist()


def test_signs_of_strengths_are_types_where_there_are_no_others(found):
    columns = {"strength": "count", "pre_type": None, "post_type": None}
    types = {"+": "exc", "-": "pv"}
    rows = [[pre, post, -2 if pre == 0 else 2, "", ""] for pre, post, *_ in RING]
    _, circuit = found(rows, columns=columns, types=types)
    _, plain = found(RING)
    assert circuit.strength.toarray().tolist() == plain.strength.toarray().tolist()
    with pytest.raises(ConfigError, match=r"neuron 0 has the types - and \+: give"):
        found([*rows, [0, 3, 1, "", ""]], columns=columns, types=types)


def test_types_that_map_to_null_are_omitted_and_said(found):
    glia = [[7, 1, 5, "G", "P"], [1, 7, 5, "P", "G"]]
    notes, circuit = found([*RING, *glia], types={"P": "exc", "I": "pv", "G": None})
    assert "1 neurons are of types that circuits.connectome.types omits" in notes
    assert circuit.strength.shape == (5, 5)


@pytest.mark.parametrize(
    ("rows", "changed", "said"),
    [
        ([*RING, [7, 1, 2, "Q", "P"]], {}, "types lacks Q: say which neuron each is"),
        ([*RING, [0, 2, 2, "P", "P"]], {}, "neuron 0 has the types I and P: give each"),
        (RING, {"types": {"P": "exc", "I": "exc"}}, "has no inhibitory neurons"),
        (RING, {"types": {"P": "sst", "I": "pv"}}, "has no excitatory neurons"),
        (RING[:2], {}, "n_neurons.high=5, and the connectome has 3 neurons: lower it"),
        ([*RING, [1, 3, -2, "P", "P"]], {}, "neuron 1 is excitatory by its type"),
        ([*RING, [1, 3, "x", "P", "P"]], {}, "count is not a finite number in every"),
        ([*RING, [None, 3, 1, "P", "P"]], {}, "has 1 rows without pre: complete them"),
        ([[1, 1, 1, "P", "P"], [0, 0, 1, "I", "I"]], {}, "has no connection between"),
        (RING, {"columns": {"strength": "size"}}, "has no column size, only pre, post"),
    ],
)
def test_a_fault_of_a_table_is_one_sentence(found, rows, changed, said):
    with pytest.raises(ConfigError) as error:
        found(rows, **changed)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_missing_is_said_before_any_file_is_opened(tmp_path, settings):
    for changed, said in (
        ({"connections": None}, "connectome.connections is null, and family is"),
        ({}, "circuits.connectome names files that do not exist"),
    ):
        with pytest.raises(ConfigError, match=said):
            configured(settings(), overlay(tmp_path, **changed))
    path = write_rows(tmp_path / "connections.csv", HEADER, RING)
    empty = SMALL | {"connections": path, "types": {}}
    with pytest.raises(ConfigError, match=r"connectome\.types is empty: say which"):
        configured(settings(), overlay(tmp_path, **empty))
    with pytest.raises(ConfigError, match="should be one of 'exc', 'vip', 'sst', 'pv'"):
        configured(
            settings(),
            overlay(tmp_path, **SMALL, connections=path)
            | {
                "circuits": {
                    "family": "connectome",
                    "connectome": {"types": {"P": "E"}},
                }
            },
        )


def test_tables_that_changed_since_the_plan_are_refused(tmp_path, settings, found):
    found(RING)
    path = tmp_path / "connections.csv"
    other = SMALL | {"connections": str(path), "sha256": "0" * 64}
    cfg = configured(settings(), overlay(tmp_path, **other), FEW)
    with pytest.raises(ConfigError, match=r"not the files that circuits\.connec"):
        check_connectome(cfg)


@pytest.fixture
def synthetic(tmp_path):
    EXAMPLE["write"](tmp_path, N)
    return EXAMPLE["connections"](N)


def circuit_of(settings, given):
    cfg = configured(settings(), given, {"prior": {"n_neurons": {"high": 50}}})
    check_connectome(cfg)
    return measured(cfg.circuits.connectome)


def test_parquet_and_sonata_say_the_same_as_csv(tmp_path, settings, synthetic):
    of_csv = circuit_of(settings, overlay(tmp_path))
    types, pre, post, synapses = synthetic
    columns = {"pre": pre, "post": post, "synapses": synapses}
    tables = {"connections": columns, "neurons": {"neuron": range(N), "type": types}}
    paths = {name: str(tmp_path / f"{name}.parquet") for name in tables}
    for name, values in tables.items():
        pyarrow.parquet.write_table(pa.table(values), paths[name])
    sonata = write_sonata(tmp_path, *synthetic)
    by_type = sonata | {
        "columns": {"strength": "nsyns", "type": "pop_name"},
        "node_types": str(tmp_path / "node_types.csv"),
    }
    for given in (paths, sonata, by_type):
        other = circuit_of(settings, overlay(tmp_path, **given))
        assert other.kind.tolist() == of_csv.kind.tolist()
        assert np.array_equal(other.strength.toarray(), of_csv.strength.toarray())


@pytest.mark.parametrize(
    ("changed", "how", "said"),
    [
        ({}, {"first": 1}, "identities have to be the same in both, and count from 0"),
        ({"population": None}, {}, "has the populations v1, lgn|lgn, v1"),
        ({"population": "v2"}, {}, "has the populations none that fits: name that"),
        ({}, {"library": False}, "has no attribute mtype of every node, only none"),
        ({"neurons": None}, {}, "is SONATA, whose edges have no types of neurons"),
        (
            {"columns": {"strength": "w"}},
            {},
            "has no attribute w of every edge, only n",
        ),
        ({"types": {**TYPES, "synth_pyr": None}}, {}, "has no excitatory neurons"),
    ],
)
def test_a_fault_of_sonata_is_one_sentence(
    tmp_path, settings, synthetic, changed, how, said
):
    given = write_sonata(tmp_path, *synthetic, **how) | changed
    with pytest.raises(ConfigError, match=said):
        circuit_of(settings, overlay(tmp_path, **given))


def test_what_is_no_table_and_no_sonata_is_one_sentence(tmp_path, settings, synthetic):
    garbage = tmp_path / "garbage"
    for suffix, said in (
        (".h5", "cannot be read as SONATA edges"),
        (".parquet", "cannot be read as a table"),
    ):
        path = garbage.with_suffix(suffix)
        path.write_bytes(np.arange(99).tobytes())
        with pytest.raises(ConfigError, match=said):
            circuit_of(settings, overlay(tmp_path, connections=str(path)))
