"""What a JSON file must contain, and how another layout is mapped."""

import copy
import json
import math

import pytest

from minicolumn.circuit_archives.json_values import DoesNotFitError
from minicolumn.circuit_archives.mapping import Expected, read_circuit
from minicolumn.config import ConfigError, parse_config
from minicolumn.config.circuit_archives import Fields
from minicolumn.files.tables import SIMULATED_STATISTICS
from minicolumn.statistics.names import STATISTIC_NAMES

MECHANISM = "synaptic"
NAME = "v14a_circuits/circuit_000012.json"


@pytest.fixture
def fields(cfg):
    return cfg.circuits.archives.fields


@pytest.fixture
def expected(cfg):
    return Expected(cfg.prior, cfg.acetylcholine.levels, 10.0, 25, 100.0)


@pytest.fixture
def document(cfg):
    statistics = {name: 0.1 + i / 3 for i, name in enumerate(STATISTIC_NAMES)}
    simulation = {"outcome": "ok", "duration_s": 10.0, "n_units": 25}
    return {
        "circuit_id": 12,
        "mechanism": MECHANISM,
        "parameters": {name: range_.low for name, range_ in cfg.prior.items()},
        "simulations": [
            simulation | {"level": level, "statistics": statistics}
            for level in (0.0, 0.5)
        ],
    }


def read(document, fields, expected, name=NAME):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_circuit(name, content, MECHANISM, fields, expected)


def test_exported_files_need_no_mapping(document, fields, expected):
    circuit = read(document, fields, expected)
    assert circuit.circuit_id == 12
    assert circuit.parameters == document["parameters"]
    first = document["simulations"][0]
    assert circuit.simulations[0] == {
        **dict.fromkeys(SIMULATED_STATISTICS.names),
        **{"circuit_id": 12, "mechanism": MECHANISM, "level": 0.0},
        **{"outcome": "ok", "duration_s": 10.0, "n_units": 25},
        **first["statistics"],
    }


@pytest.mark.parametrize("missing", [None, math.nan])
def test_an_undefined_statistic_is_missing_and_never_zero(
    document, fields, expected, missing
):
    document["simulations"][0]["statistics"] = dict.fromkeys(STATISTIC_NAMES, missing)
    document["simulations"][0]["outcome"] = "not_finite"
    row = read(document, fields, expected).simulations[0]
    assert [row[name] for name in STATISTIC_NAMES] == [None] * len(STATISTIC_NAMES)


def put(*path_and_value):
    *path, last, value = path_and_value

    def edit(document):
        node = document
        for key in path:
            node = node[key]
        node[last] = value

    return edit


def drop(*path):
    *path, last = path

    def edit(document):
        node = document
        for key in path:
            node = node[key]
        del node[last]

    return edit


STATISTICS = ("simulations", 1, "statistics")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (drop("circuit_id"), r"there is no circuit_id; the keys are mechanism, "),
        (put("circuit_id", 1.5), r"circuit_id is 1\.5, which contains no integer"),
        (put("circuit_id", True), r"circuit_id is True"),
        (put("circuit_id", -1), r"circuit_id is -1: circuits are numbered from 0"),
        (put("circuit_id", 10**6), r"circuit_id is 1000000: circuits are numbered"),
        (put("mechanism", "combined"), r"is 'combined', but .* is for synaptic"),
        (drop("parameters", "p_exc"), r"no parameters\.p_exc; the keys are n_neur"),
        (put("parameters", 3), r"no parameters\.n_neurons: the parent of .* is 3"),
        (put("parameters", "p_exc", None), r"parameter p_exc is missing"),
        (put("parameters", "p_exc", "0.2"), r"p_exc is '0\.2', not a number"),
        (put("parameters", "p_exc", 0.9), r"p_exc is 0\.9, outside prior\.p_exc, 0\.1"),
        (put("parameters", "p_exc", [0.2]), r"p_exc is a list of 1, not a number"),
        (put("simulations", 3), r"simulations is 3, neither a list nor an object"),
        (put("simulations", []), r"there is no simulation"),
        (put("simulations", 1, 7), r"a simulation is 7, not an object"),
        (put("simulations", 1, "level", 0.0), r"two simulations share a level"),
        (put("simulations", 1, "level", 0.55), r"level 0\.55 is not in acetylchol"),
        (put("simulations", 1, "outcome", "great"), r"is 'great'; known: ok, silent"),
        (put("simulations", 1, "duration_s", 5.0), r"5\.0, .* simulation\.duration_s"),
        (
            put("simulations", 1, "n_units", 50),
            r"is 50, .* statistics\.n_units",
        ),
        (drop(*STATISTICS, "lv"), r"no statistics\.lv; the keys are mean_rate"),
        (put(*STATISTICS, "lv", math.inf), r"lv is inf, not a finite number"),
        (put(*STATISTICS, "lv", 10**400), r"lv is .*, not a finite number"),
        (put(*STATISTICS, "lv", False), r"lv is False, not a number"),
    ],
)
def test_what_does_not_fit_says_why(document, fields, expected, edit, said):
    edit(document)
    with pytest.raises(DoesNotFitError, match=said) as error:
        read(document, fields, expected)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON"),
        (b'{"circuit_id": 1', "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"circuit_id": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"[1, 2]", "the file is a list of 2, not an object"),
        (b"null", "the file is None, not an object"),
    ],
)
def test_what_is_no_json_object_says_so(fields, expected, content, said):
    with pytest.raises(DoesNotFitError, match=said):
        read(content, fields, expected)


def test_another_layout_is_a_matter_of_key_paths(document, fields, expected):
    """Levels as keys, names of their own, another unit, constants, absences."""
    plain = read(document, fields, expected)
    parameters = document["parameters"]
    other = {
        "meta": {"variant": "v14a"},
        "network": {
            **{n: v for n, v in parameters.items() if n not in ("g_ee_nS", "burst_nA")},
            "syn.weights": {"ee_uS": parameters["g_ee_nS"] / 1000},
        },
        "by_ach": {
            str(one["level"] + 1e-9): {
                "mean LV" if name == "lv" else name: value
                for name, value in one["statistics"].items()
                if name != "fano"
            }
            for one in document["simulations"]
        },
    }
    mapped = Fields(
        **{"circuit_id": None, "mechanism": "meta.variant", "parameters": "network"},
        **{"simulations": "by_ach", "level": None, "statistics": None},
        **{"outcome": None, "duration_s": None, "n_units": None},
        elsewhere={
            "g_ee_nS": {"path": "network.syn.weights.ee_uS", "times": 1000},
            "burst_nA": parameters["burst_nA"],
            "lv": "mean LV",
            "fano": None,
        },
    )
    circuit = read(other, mapped, expected)
    assert circuit.circuit_id == 12
    assert circuit.parameters == pytest.approx(plain.parameters)
    assert circuit.simulations == [row | {"fano": None} for row in plain.simulations]


def test_a_file_may_be_a_single_simulation(document, fields, expected):
    one = document["simulations"][1]
    flat = {**{k: v for k, v in document.items() if k != "simulations"}, **one}
    mapped = fields.model_copy(update={"simulations": None})
    whole = read(document, fields, expected)
    assert read(flat, mapped, expected).simulations == whole.simulations[1:]


@pytest.mark.parametrize(
    ("rate_hz", "outcome"),
    [(None, "ok"), (0.0, "silent"), (0.1, "ok"), (100.5, "runaway")],
)
def test_where_files_do_not_say_how_it_ended_the_statistics_do(
    document, fields, expected, rate_hz, outcome
):
    statistics = copy.deepcopy(document["simulations"][0]["statistics"])
    document["simulations"][0]["statistics"] = statistics | {"mean_rate": rate_hz}
    mapped = fields.model_copy(update={"outcome": None})
    assert read(document, mapped, expected).simulations[0]["outcome"] == outcome
    nothing = dict.fromkeys(STATISTIC_NAMES)
    document["simulations"][0]["statistics"] = nothing
    first = read(document, mapped, expected).simulations[0]
    assert first["outcome"] == "not_finite"


@pytest.mark.parametrize("name", ["x/circuit_000007.json", "v14a-7.json", "7.json"])
def test_the_name_of_a_file_may_number_its_circuit(document, fields, expected, name):
    mapped = fields.model_copy(update={"circuit_id": None})
    assert read(document, mapped, expected, name).circuit_id == 7
    with pytest.raises(DoesNotFitError, match=r"the name is 'x\.json'"):
        read(document, mapped, expected, "7/x.json")


@pytest.mark.parametrize(
    ("elsewhere", "said"),
    [
        ({"g_xx": "a"}, r"elsewhere names \['g_xx'\], neither .*known: n_neurons"),
        ({"p_exc": None}, r"null for the parameters \['p_exc'\].*give the number"),
        ({"lv": 1.0}, r"a number for the statistics \['lv'\]"),
    ],
)
def test_a_wrong_mapping_is_told_before_any_job(settings, elsewhere, said):
    values = settings()
    values["circuits"]["archives"]["fields"]["elsewhere"] = elsewhere
    with pytest.raises(ConfigError, match=said):
        parse_config(values)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, r"names no file for synaptic, depolarizing, combined, and source is arch"),
        (
            dict.fromkeys(("synaptic", "depolarizing", "combined"), "/nowhere"),
            r"archives.files names files that do not exist \(synaptic: /nowhere",
        ),
    ],
)
def test_archives_that_are_not_there_are_told_before_any_job(settings, files, said):
    values = settings()
    values["circuits"]["source"] = "archives"
    values["circuits"]["archives"]["files"] = files
    with pytest.raises(ConfigError, match=said):
        parse_config(values)
