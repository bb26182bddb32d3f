"""A small set of results, made up, with every kind of thing a report must show."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from markupsafe import Markup

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.config.analysis import Prediction, Primary, States
from minicolumn.domain.gap import measure_domain_gap
from minicolumn.files.documents import as_json
from minicolumn.files.tables import (
    EPOCHS,
    OBSERVED_CHANGES,
    POSTERIOR_SAMPLES,
    PREDICTIONS,
    PREDICTIVE_CHECKS,
    RECORDED_STATISTICS,
    SIMULATED_STATISTICS,
)
from minicolumn.recordings.epochs import Stimulus
from minicolumn.recordings.running import SpeedTrace
from minicolumn.report.drawings import LABELS, draw
from minicolumn.report.page import render
from minicolumn.report.posterior_record import PosteriorRecord
from minicolumn.report.recording import ShownSession, excerpt_of
from minicolumn.report.results import Results, SurrogateRecord
from minicolumn.scoring.rate_matching import check_rate_matching
from minicolumn.scoring.summary import summarize
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES
from minicolumn.surrogates.rows import INPUT_NAMES

ARCHITECTURES = ("mlp", "transformer")
TRAINING_SETS = (*MECHANISMS, "ach_shuffled")
LEVELS = (0.0, 0.5, 1.0)
N_CIRCUITS = 12
SETTINGS = Prediction(
    nearest_circuits=5,
    held_out_mice=10,
    primary=Primary(
        architecture="transformer",
        statistics=("mean_rate", "pairwise_corr", "spectral_power"),
    ),
    undecided_below_se=2.0,
    n_resamples=1000,
    n_permutations=1000,
)

CONFIG = {
    "run": "test",
    "seed": 7,
    "acetylcholine": {"lowest_uM": 0.1, "highest_uM": 100.0},
    "simulation": {"duration_s": 5.0, "runaway_hz": 100.0},
    "states": {"stationary": 0.2, "running": 0.8},
    "synapses": {"release": "tsodyks_markram"},
    "statistics": {"n_units": 25, "n_subsets": 10},
    "inference": {"claim_above": 0.95, "false_alarm": 0.01},
    "epochs": {"per_state_at_least": 5},
    "recordings": {
        "source": "synthetic",
        "units": {"areas": ["VISp"], "presence_ratio_above": 0.95},
    },
}


def statistics(rng, n):
    return {name: rng.normal(5.0, 1.0, n) for name in ALL_NAMES}


def simulated(rng):
    rows = pd.DataFrame(
        [
            {"circuit_id": circuit, "mechanism": name, "level": level}
            for name in MECHANISMS
            for circuit in range(N_CIRCUITS)
            for level in LEVELS
        ]
    ).assign(outcome="ok", duration_s=5.0, n_units=25)
    return rows.assign(**statistics(rng, len(rows)))


def recorded(rng, sessions):
    rows = pd.DataFrame(
        [
            {"session_id": session, "epoch": epoch, "state": state}
            for session in sessions
            for epoch, state in enumerate(("stationary", "running") * 3)
        ],
        columns=["session_id", "epoch", "state"],
    ).assign(duration_s=5.0, n_units=25)
    return rows.assign(**statistics(rng, len(rows)))


def example():
    return pd.DataFrame(
        [
            {
                "circuit_id": circuit,
                "mechanism": "combined",
                "level": level,
                "outcome": "ok",
                "n_units": 4,
                "n_excitatory": 3,
                "duration_s": 5.0,
                "spike_unit": np.arange(3 + circuit) % 4,
                "spike_time_ms": 100.0 * np.arange(3 + circuit),
            }
            for circuit in range(3)
            for level in LEVELS
        ]
    )


def changes(rng, sessions):
    keys = [
        {
            "session_id": session,
            "training_set": training_set,
            "architecture": architecture,
            "statistic": name,
        }
        for training_set in TRAINING_SETS
        for architecture in ARCHITECTURES
        for session in sessions
        for name in STATISTIC_NAMES
    ]
    names = ["session_id", "training_set", "architecture", "statistic"]
    table = pd.DataFrame(keys, columns=names)
    observed = {(s, name): rng.normal() for s in sessions for name in STATISTIC_NAMES}
    return table.assign(
        predicted=rng.normal(size=len(table)),
        observed=[
            observed[key]
            for key in zip(table["session_id"], table["statistic"], strict=True)
        ],
        scale=1.0,
        selector="posterior",
        p_up=0.7,
        low=-1.0,
        high=2.0,
    )


def with_constant(table):
    """Add the published method: one change for every session, here a rise."""
    constant = table.assign(selector="prior", predicted=1.0, low=0.5, high=1.5)
    return pd.concat([table, constant], ignore_index=True)


def surrogate(rng, training_set, architecture):
    test = {
        name: {"r2": float(rng.uniform()), "r2_within": float(rng.normal())}
        for name in STATISTIC_NAMES
    }
    learning = {"training": [1.0, 0.5], "validation": [1.0, 0.6], "best_epoch": 1}
    counts = {"circuits": {"train": 5, "validation": 1, "calibration": 1, "test": 1}}
    return SurrogateRecord(
        training_set,
        architecture,
        {
            "test": test,
            "intervals": intervals(),
            "learning": {"not_learned": [], **learning},
        },
        {"n_weights": 1234, "counts": counts},
    )


def scoreboard(rng, training_set):
    """Scores as `minicolumn.surrogates.scoreboard` writes them."""
    models = (*ARCHITECTURES[::-1], "mean", "ridge")

    def ceiling():
        return {"n_circuits": 5, "share": 0.9, "interval": [0.85, 0.95]}

    def scores():
        r2, within = rng.uniform(size=2)
        return {
            "r2": r2,
            "r2_of_ceiling": r2 / 0.9,
            "r2_within": within,
            "r2_within_of_ceiling": None,
            "by_level": [{"level": level, "r2": r2} for level in LEVELS],
        }

    return {
        "training_set": training_set,
        "n_test_circuits": 12,
        "ceilings": {
            name: {
                "r2": ceiling(),
                "r2_within": {"n_circuits": 0, "share": None, "interval": None},
                "by_level": {str(level): ceiling() for level in LEVELS},
            }
            for name in STATISTIC_NAMES
        },
        "models": {
            model: {name: scores() for name in STATISTIC_NAMES} for model in models
        },
        "compared": "transformer",
        "comparisons": [
            {
                "rival": rival,
                "measure": measure,
                "statistic": name,
                "n_circuits": 12,
                "r2": 0.1,
                "interval": [0.05, 0.15],
                "verdict": "better",
            }
            for rival in models[1:]
            for measure in ("r2", "r2_within")
            for name in STATISTIC_NAMES
        ],
    }


def intervals():
    def one():
        return {
            "n": 36,
            "share": 0.9,
            "mean_width": 1.0,
            "thirds": [0.95, 0.9, 0.85],
            "by_level": [
                {
                    "level": level,
                    "n": 12,
                    "n_calibration": 10,
                    "share": 0.9,
                    "allowed": [0.6, 1.0],
                }
                for level in LEVELS
            ],
        }

    statistics = {name: one() for name in STATISTIC_NAMES}
    return {"miscoverage": 0.1, "share": 0.9, "statistics": statistics}


def observed_changes(table):
    """Every observed change of `changes`, with an error that leaves some undecided."""
    seen = table.drop_duplicates(["session_id", "statistic"])
    return pd.DataFrame(
        {
            "session_id": seen["session_id"],
            "statistic": seen["statistic"],
            "change": seen["observed"],
            "se": 0.3,
            "p_sign": 0.9,
            "half_change_1": seen["observed"],
            "half_change_2": -seen["observed"],
            "sham_change": 0.1,
            "n_stationary": 6,
            "n_running": 6,
        },
        columns=OBSERVED_CHANGES.names,
    ).reset_index(drop=True)


def references(table):
    """The simulator's mean is always up; the rate alone is always right."""
    return [
        {
            **{"target_id": one["session_id"], "target": "session"},
            **{"selector": "prior", "forward": forward, "training_set": mechanism_name},
            **{"statistic": one["statistic"], "predicted": predicted},
        }
        for one in observed_changes(table).to_dict("records")
        for mechanism_name in MECHANISMS
        for forward, predicted in (("bank", 1.0), ("rate_alone", one["change"]))
    ]


def held_out():
    """Of ten held-out mice, eight are right and six went up."""
    return [
        {
            **{"target_id": mouse, "target": "held_out", "selector": "posterior"},
            **{"forward": architecture, "training_set": training_set},
            **{"statistic": name, "observed": 1.0 if mouse < 6 else -1.0},
            "predicted": 1.0 if mouse < 8 else -1.0,
        }
        for training_set in TRAINING_SETS
        for architecture in ARCHITECTURES
        for name in STATISTIC_NAMES
        for mouse in range(10)
    ]


_SUMMARIES = {}


def summary(table):
    """Return the scores of changes; kept, as scoring takes a while."""
    key = table.to_csv()
    if key not in _SUMMARIES:
        observed = pa_table(observed_changes(table), OBSERVED_CHANGES)
        sessions = table.rename(
            columns={"session_id": "target_id", "architecture": "forward"}
        ).assign(target="session")
        others = pd.DataFrame(references(table) + held_out())
        predictions = pa_table(pd.concat([sessions, others]), PREDICTIONS)
        few = {"n_resamples": 100, "n_permutations": 100}
        found = summarize(predictions, observed, SETTINGS.model_copy(update=few), 1)
        _SUMMARIES[key] = as_json(found)
    return _SUMMARIES[key]


def scores(table, truth):
    return {**summary(table), "truth": truth}


def answer(named, p, claim=None):
    rest = (1 - p) / 3
    return {
        "n": 1,
        "probability": dict.fromkeys(CLASSES, rest) | {named: p},
        "typicality": dict.fromkeys(CLASSES, 0.001) | {named: 0.5},
        "claim": claim or (named if p > 0.95 else "undecided"),
    }


def pa_table(frame, schema):
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    missing = dict.fromkeys(schema.names)
    return pa.Table.from_pylist([missing | row for row in rows], schema.arrow())


_CHECKS = {}


def checks(simulated, recorded):
    """Return `checked` windows; kept, as measuring the gap takes a while."""
    key = simulated.to_csv() + recorded.to_csv()
    if key not in _CHECKS:
        _CHECKS[key] = checked(simulated, recorded)
    return _CHECKS[key]


def checked(simulated, recorded):
    """What measure_domain_gap and check_rate_matching say of made-up windows."""
    states = States(**CONFIG["states"])
    simulated = pa_table(simulated, SIMULATED_STATISTICS)
    recorded = pa_table(recorded, RECORDED_STATISTICS)
    domain, cohort = measure_domain_gap(recorded, simulated, states, seed=1)
    rates = check_rate_matching(recorded, simulated, states, per_state_at_least=3)
    return {
        "domain": pd.DataFrame(domain),
        "domain_cohort": json.loads(json.dumps(cohort)),
        "rate_matching": pd.DataFrame(rates),
    }


def mechanism(sessions, truth):
    """Every second session is sure of its true mechanism, or of the combined one."""
    found = [
        {
            "session_id": session,
            "n_stationary": 3,
            "n_running": 4,
            **answer(truth.get(str(session), "combined"), (0.97, 0.6)[i % 2]),
            "published": "synaptic",
        }
        for i, session in enumerate(sessions)
    ]
    names = list(dict.fromkeys(truth.values())) or (["all sessions"] if found else [])
    cohorts = [
        {"name": name, **answer(name if truth else "combined", 0.99), "n": 2}
        for name in names
    ]
    return {"sessions": found, "cohorts": cohorts, "truth": truth}


LEARNED = {
    "n_mice": dict.fromkeys(CLASSES, 60),
    "accuracy": 0.875,
    "log_loss": 0.4,
    "reliability": {
        "probability": [0.5, 0.9],
        "right": [0.45, 0.92],
        "n": [120, 120],
        "expected_error": 0.035,
    },
}


def posterior_record(sessions):
    """A posterior that knows the first parameter well, and little else."""
    names = list(INPUT_NAMES)
    some = {name: 0.1 for name in names} | {names[0]: 0.8}
    ranges = {
        name: {"low": 1.0, "high": 9.0, "scale": "log", "source": "made up"}
        for name in names
    }
    circuits = pd.DataFrame(
        [
            {"session_id": s, "mechanism": m, "draw": d, **dict.fromkeys(names, 3.0)}
            for s in sessions
            for m in MECHANISMS
            for d in range(5)
        ],
        columns=POSTERIOR_SAMPLES.names,
    )
    predictive = pd.DataFrame(
        [
            (s, training_set, architecture, "all", 11, 0.01 + 0.5 * (i % 2))
            for i, s in enumerate(sessions)
            for training_set in TRAINING_SETS
            for architecture in ARCHITECTURES
        ],
        columns=PREDICTIVE_CHECKS.names,
    )
    learning = {"mice": 168, "prior": 27.0, "validation": [26.5, 26.0]}
    checks = {
        "n_mice": 40,
        "draws": 100,
        "rank_counts": {name: [4] * 10 for name in names},
        "ks_p": dict.fromkeys(names, 0.4),
        "levels": [0.25, 0.5, 0.75],
        "coverage": [0.2, 0.55, 0.7],
        "contraction": {"1": dict.fromkeys(names, 0.05), "8": some},
        "correlation": {**some, names[1]: None},
    }
    manifest = {"prior": ranges, "learning": learning, "n_weights": 1234}
    return PosteriorRecord(manifest, checks, circuits, predictive)


def epoch_counts(sessions):
    return pd.DataFrame(
        [
            (session, thresholds, "spontaneous", window_s, 40, 4, int(30 / window_s))
            for session in sessions
            for thresholds in ("as in epochs", "fast runs")
            for window_s in (10.0, 150.0)
        ],
        columns=[
            "session_id", "thresholds", "stimulus", "window_s",
            "n_units", "n_stationary", "n_running",
        ],
    )  # fmt: skip


def shown(session, origin):
    """A session of 100 s that rests, then runs, with a gap in its speed."""
    time_s = np.arange(0, 100, 1 / 30)
    speed_cm_s = np.where(time_s < 50, 0.1, 20.0)
    speed_cm_s[300:330] = np.nan
    epochs = [
        (session, i, state, start_s, start_s + 10.0, "spontaneous", 0.0, 0.0, 0.0, 40)
        for i, (state, start_s) in enumerate(
            [("stationary", 20.0), ("stationary", 36.0), ("running", 51.0)]
        )
    ]
    epochs = pd.DataFrame(epochs, columns=EPOCHS.names)
    speed = SpeedTrace(time_s, speed_cm_s)
    rng = np.random.default_rng(1)
    excerpt = excerpt_of(epochs, speed)
    return ShownSession(
        session_id=session,
        origin=origin,
        speed=speed,
        stimuli=[
            Stimulus(0.0, 70.0, "spontaneous"),
            Stimulus(70.0, 90.0, "flashes"),
        ],
        invalid=[(30.0, 31.0)],
        epochs=epochs,
        excerpt=excerpt,
        trains=[np.sort(rng.uniform(*excerpt, 9)) for _ in range(3)],
        fast=np.array([False, True, False]),
        n_units=40,
    )


ORIGIN = {"synthetic": "synthetic", "s3": "allen", "cache": "other"}


@pytest.fixture
def make_results():
    """Return a function that makes results of so many sessions and changes to them."""

    def make(
        n_sessions=6, source="synthetic", edit_changes=None, edit_windows=None, **fields
    ):
        rng = np.random.default_rng(3)
        ids = [900 + i for i in range(n_sessions)]
        truth = {str(s): MECHANISMS[i % 3] for i, s in enumerate(ids)}
        table = changes(rng, ids)
        if edit_changes is not None:
            table = edit_changes(table)
        recordings = {**CONFIG["recordings"], "source": source}
        windows = [simulated(rng), recorded(rng, ids)]
        if edit_windows is not None:
            windows = [edit_windows(table) for table in windows]
        made = {
            "config": {**CONFIG, "recordings": recordings},
            "simulated": windows[0],
            "recorded": windows[1],
            **checks(*windows),
            "sessions": pd.DataFrame(
                [(s, ORIGIN[source], "ok", 40, 3, 3) for s in ids],
                columns=[
                    "session_id", "origin", "outcome",
                    "n_units", "n_stationary", "n_running",
                ],
            ),
            "epoch_counts": epoch_counts(ids),
            "shown": shown(ids[0], ORIGIN[source]) if ids else None,
            "changes": with_constant(table),
            "observed": observed_changes(table),
            "example": example(),
            "refused": None,
            "surrogates": [
                surrogate(rng, s, a) for s in TRAINING_SETS for a in ARCHITECTURES
            ],
            "scoreboards": [scoreboard(rng, s) for s in TRAINING_SETS],
            "scores": scores(table, truth if source == "synthetic" else {}),
            "mechanism": mechanism(ids, truth if source == "synthetic" else {}),
            "learned": LEARNED,
            "posterior": posterior_record(ids),
            "provenance": [{"seed": 7, "device": "cpu", "versions": {"jax": "0.10.2"}}],
        }  # fmt: skip
        return Results(**{**made, **fields})

    return make


@pytest.fixture
def plain_page(monkeypatch):
    """Return a function that renders without figures, for where only text matters."""
    monkeypatch.setattr("minicolumn.report.page.to_page", lambda *_: Markup("<svg/>"))
    monkeypatch.setattr("minicolumn.report.page.script", lambda: "")
    return lambda results: render(results, dict.fromkeys(LABELS))


@pytest.fixture(scope="session")
def rendered():
    """Keep the page that many tests look at: drawing it takes a while."""
    return {}


@pytest.fixture
def page(make_results, rendered):
    """Return the text of the page of made-up results, figures and all."""
    if "text" not in rendered:
        results = make_results()
        rendered["text"] = render(results, draw(results))
    return rendered["text"]
