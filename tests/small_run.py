"""The tables of a small run, made up: what an export is made from."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.files.columns import parameter_columns
from minicolumn.files.origin import sealed
from minicolumn.files.store import columns_of, write_table
from minicolumn.files.tables import (
    CIRCUITS,
    EPOCH_COUNTS,
    EPOCHS,
    PREDICTIONS,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
)
from minicolumn.statistics.names import STATISTIC_NAMES

_KEYS = (
    *("circuit_id", "mechanism", "level", "outcome", "duration_s", "n_units"),
    *("session_id", "epoch", "state", "state_name"),
)
LEVELS = (0.0, 0.3, 1.0)
DURATION_S, N_UNITS = 5.0, 25
PER_SHARD = 4
SESSION_IDS = (900000101, 900000102)


@dataclass(frozen=True)
class SmallRun:
    """Paths of everything that an export reads."""

    tables: dict[str, list[str]]
    surrogates: list[str]
    scores: str


def write_run(directory: Path, prior, n_shards=2, origin="synthetic") -> SmallRun:
    """Write a run whose floats use all their bits, and some of which are missing."""
    rng = np.random.default_rng(5)
    shards = range(n_shards)
    schema = CIRCUITS.plus(*parameter_columns(family("ei").parameters))
    circuits = [directory / f"circuits-{shard}.parquet" for shard in shards]
    for shard, path in enumerate(circuits):
        write_table(path, schema, columns_of(_circuits(rng, prior, shard)))
    simulated = []
    for mechanism in MECHANISMS:
        for shard in shards:
            simulated.append(directory / f"{mechanism}-{shard}.parquet")
            rows = _simulations(rng, mechanism, shard)
            write_table(simulated[-1], SIMULATED_STATISTICS, columns_of(rows))
    tables = {"circuits": circuits, "simulated_statistics": simulated}
    for schema, rows in _recordings(rng, origin):
        tables[schema.name] = [directory / f"{schema.name}.parquet"]
        columns = columns_of(rows) or {name: [] for name in schema.names}
        write_table(tables[schema.name][0], schema, columns)
    scores = directory / "scores.json"
    found = {"scores": [_score("mean_rate", 1.0), _score("lv", None)]}
    scores.write_bytes(sealed(found))
    return SmallRun(
        {name: [str(path) for path in paths] for name, paths in tables.items()},
        [_surrogate(directory, rng, name) for name in ("synaptic", "ach_shuffled")],
        str(scores),
    )


def _circuit_ids(shard):
    return range(shard * PER_SHARD, (shard + 1) * PER_SHARD)


def _circuits(rng, prior, shard):
    return [
        {"circuit_id": circuit_id}
        | {name: rng.uniform(prior[name].low, prior[name].high) for name in prior}
        for circuit_id in _circuit_ids(shard)
    ]


def descriptions(schema):
    """Return the columns of a table that describe spikes: the statistics, and more."""
    return [name for name in schema.names if name not in _KEYS]


def _statistics(rng, schema):
    values = {name: rng.lognormal() for name in descriptions(schema)}
    return values | {"peak_freq": None if rng.random() < 0.5 else values["peak_freq"]}


def _simulations(rng, mechanism, shard):
    rows = [
        {
            "circuit_id": circuit_id,
            "mechanism": mechanism,
            "level": level,
            "outcome": "ok",
            "duration_s": DURATION_S,
            "n_units": N_UNITS,
        }
        | _statistics(rng, SIMULATED_STATISTICS)
        for circuit_id in _circuit_ids(shard)
        for level in LEVELS
    ]
    undefined = dict.fromkeys(descriptions(SIMULATED_STATISTICS))
    rows[0] |= undefined | {"outcome": "not_finite"}
    rows[1] |= undefined | {"mean_rate": 0.0, "outcome": "silent"}
    return rows


def _recordings(rng, origin):
    epochs = [
        (s, e, "running" if e else "stationary") for s in SESSION_IDS for e in (0, 1)
    ]
    keys = [dict(zip(("session_id", "epoch", "state"), e, strict=True)) for e in epochs]
    keys = [key | {"state_name": key["state"]} for key in keys]
    when = {"start_s": 1.5, "stop_s": 6.5, "stimulus": "spontaneous"}
    speed = {"mean_speed_cm_s": 0.1, "max_speed_cm_s": 0.2, "fraction_moving": 0.0}
    speed |= {"mean_pupil": None}
    counts = {"compared": "stationary to running", "n_stationary": 1, "n_running": 1}
    rule = {"thresholds": "as in epochs", "stimulus": "all", "window_s": 5.0}
    return [
        (EPOCHS, [key | when | speed | {"n_units": 41} for key in keys]),
        (
            RECORDED_STATISTICS,
            [
                {**k, "duration_s": 5.0, "n_units": 25}
                | _statistics(rng, RECORDED_STATISTICS)
                for k in keys
            ],
        ),
        (
            SESSIONS,
            [
                {"session_id": s, "origin": origin, "outcome": "ok", "n_units": 41}
                | counts
                for s in SESSION_IDS
            ],
        ),
        (
            EPOCH_COUNTS,
            [{"session_id": s, "n_units": 41} | rule | counts for s in SESSION_IDS],
        ),
        (
            PREDICTIONS,
            [
                {
                    **{"target_id": s, "target": "session", "selector": "posterior"},
                    **{"compared": "stationary to running"},
                    **{"forward": "mlp", "training_set": "synaptic"},
                    **{"statistic": "mean_rate", "predicted": 0.5, "p_up": 0.9},
                    **{"low": 0.1, "high": 0.8, "observed": None, "scale": 1.0},
                }
                for s in SESSION_IDS
            ],
        ),
    ]


def _score(statistic, accuracy):
    return {
        **{"training_set": "synaptic", "architecture": "mlp", "statistic": statistic},
        "directions": {"n": 2, "accuracy": accuracy, "best_constant": accuracy},
        "p": accuracy,
        "verdict": "Not distinguishable from a constant direction.",
    }


def _surrogate(directory, rng, training_set):
    path = directory / training_set / "mlp"
    path.mkdir(parents=True)
    save_file({"w": rng.normal(size=(3, 2))}, path / "weights.safetensors")
    test = {name: {"r2": 0.5} for name in STATISTIC_NAMES} | {"lv": {"r2": None}}
    manifest = {
        **{"training_set": training_set, "architecture": "mlp", "n_weights": 6},
        "counts": {"circuits": {"train": 6, "validation": 1, "test": 1}},
    }
    (path / "metrics.json").write_text(json.dumps({"test": test}))
    (path / "manifest.json").write_text(json.dumps(manifest))
    (path / ".snakemake_timestamp").touch()
    return str(path)
