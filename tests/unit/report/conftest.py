"""A small set of results, made up, with every kind of thing a report must show."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from bare import INPUT_NAMES
from markupsafe import Markup
from report_answers import answers, cohort, session

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.config import ComparedStates, Prediction
from minicolumn.domain.measure import measure_domain
from minicolumn.files import tables
from minicolumn.inference.circuits.checks import PosteriorChecks
from minicolumn.inference.circuits.posterior_archive import PosteriorManifest
from minicolumn.inference.mechanism.answers import UNDECIDED
from minicolumn.inference.mechanism.calibration import Reliability
from minicolumn.inference.mechanism.learned import LearnedMechanism
from minicolumn.inference.mechanism.sessions import ALL
from minicolumn.inference.mechanism.strata import Pooling
from minicolumn.prediction.combinations import (
    BANK,
    HELD_OUT,
    POSTERIOR,
    PRIOR,
    RATE_ALONE,
    SESSION,
)
from minicolumn.recordings.epochs import Stimulus
from minicolumn.recordings.running import SpeedTrace
from minicolumn.report.page import draw, render, write_page
from minicolumn.report.results import Results, of_sessions
from minicolumn.report.sections import REPORT
from minicolumn.report.shown_session import ShownSession, excerpt_of
from minicolumn.report.start import Start
from minicolumn.report.surrogate_record import SurrogateRecord
from minicolumn.scoring.rate_matching import check_rate_matching
from minicolumn.scoring.summary import summarize
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES
from minicolumn.surrogates.archive import Metrics, SurrogateManifest
from minicolumn.surrogates.ceiling import Ceiling
from minicolumn.surrogates.coverage import Coverage, LevelCoverage, StatisticCoverage
from minicolumn.surrogates.dataset import Counts
from minicolumn.surrogates.scoreboard import (
    Ceilings,
    Comparison,
    RatedLevel,
    RatedScore,
    Scoreboard,
)

ARCHITECTURES = ("mlp", "transformer")
TRAINING_SETS = (*MECHANISMS, "ach_shuffled")
LEVELS = (0.0, 0.5, 1.0)
N_CIRCUITS = 12
SETTINGS = Prediction.model_validate(
    {
        "nearest_circuits": 5,
        "held_out_mice": 10,
        "primary": {
            "architecture": "transformer",
            "statistics": ["mean_rate", "pairwise_corr", "spectral_power"],
        },
        "undecided_below_se": 2.0,
        "n_resamples": 1000,
        "n_permutations": 1000,
    }
).model_copy(update={"n_resamples": 100, "n_permutations": 100})

CONFIG = {
    "run": "test",
    "seed": 7,
    "circuits": {"family": "ei"},
    "acetylcholine": {"lowest_uM": 0.1, "highest_uM": 100.0},
    "simulation": {"duration_s": 5.0, "runaway_hz": 100.0},
    "states": {
        "by": "speed",
        "less_ach": "stationary",
        "more_ach": "running",
        "levels": {"stationary": 0.2, "running": 0.8},
    },
    "synapses": {"release": "tsodyks_markram"},
    "statistics": {"n_units": 25, "n_subsets": 10},
    "inference": {"claim_above": 0.95, "false_alarm": 0.01},
    "epochs": {"per_state_at_least": 5, "stimulus": "spontaneous"},
    "recordings": {
        "source": "synthetic",
        "units": {"areas": ["VISp"], "presence_ratio_above": 0.95},
    },
}


def pa_table(frame, schema):
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    missing = dict.fromkeys(schema.names)
    return pa.Table.from_pylist([missing | row for row in rows], schema.arrow())


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


def cohort_of_mice(rng, n_per_class=12):
    rows = pd.DataFrame(
        [
            {"circuit_id": mouse, "truth": CLASSES[mouse % len(CLASSES)],
             "state": state, "epoch": epoch}
            for mouse in range(n_per_class * len(CLASSES))
            for state in ("stationary", "running")
            for epoch in range(3)
        ]
    ).assign(outcome="ok", duration_s=5.0, n_units=25)  # fmt: skip
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


def conditioned(rng, sessions):
    """Return what the method predicts of sessions: rows of `tables.PREDICTIONS`."""
    keys = [
        {
            "target_id": session,
            "training_set": training_set,
            "forward": architecture,
            "statistic": name,
        }
        for training_set in TRAINING_SETS
        for architecture in ARCHITECTURES
        for session in sessions
        for name in STATISTIC_NAMES
    ]
    names = ["target_id", "training_set", "forward", "statistic"]
    table = pd.DataFrame(keys, columns=names)
    observed = {(s, name): rng.normal() for s in sessions for name in STATISTIC_NAMES}
    return table.assign(
        predicted=rng.normal(size=len(table)),
        observed=[
            observed[key]
            for key in zip(table["target_id"], table["statistic"], strict=True)
        ],
        scale=1.0,
        target=SESSION,
        selector=POSTERIOR,
        p_up=0.7,
        low=-1.0,
        high=2.0,
    )


def with_controls(table):
    """Add the published method, the references and held-out mice.

    The published method and the simulator's mean always predict a rise; the rate alone
    is always right. Of ten held-out mice, six rise and eight are predicted.
    """
    constant = table.assign(selector=PRIOR, predicted=1.0, low=0.5, high=1.5)
    keys = ["target_id", "training_set", "statistic"]
    bank = constant.drop_duplicates(keys).assign(forward=BANK)
    bank = bank[bank["training_set"].isin(MECHANISMS)]
    rate = bank.assign(forward=RATE_ALONE, predicted=bank["observed"])
    every = [table, constant, bank, rate, held_out()]
    return pa_table(pd.concat(every, ignore_index=True), tables.PREDICTIONS)


def held_out():
    return pd.DataFrame(
        [
            {
                "target_id": mouse, "target": HELD_OUT, "selector": POSTERIOR,
                "forward": architecture, "training_set": training_set,
                "statistic": name, "predicted": 1.0 if 2 <= mouse < 8 else -1.0,
                "observed": 1.0 if mouse < 6 else -1.0, "scale": 1.0,
            }
            for training_set in TRAINING_SETS
            for architecture in ARCHITECTURES
            for name in STATISTIC_NAMES
            for mouse in range(10)
        ]
    )  # fmt: skip


def surrogate(training_set, architecture):
    losses = {"training": [1.0, 0.5], "validation": [1.0, 0.6], "best_epoch": 1}
    circuits = {"train": 5, "validation": 1, "calibration": 1, "test": 1}
    manifest = SurrogateManifest(
        settings={},
        seed=7,
        split=None,
        inputs=INPUT_NAMES,
        outputs=STATISTIC_NAMES,
        versions={},
        architecture=architecture,
        training_set=training_set,
        counts=Counts(circuits, {}, 0),
        n_weights=1234,
    )
    metrics = Metrics({}, coverage(), {"not_learned": [], **losses})
    return SurrogateRecord(metrics, manifest)


def coverage():
    levels = tuple(LevelCoverage(one, 12, 10, 0.9, (0.6, 1.0)) for one in LEVELS)
    one = StatisticCoverage(36, 0.9, 1.0, (0.95, 0.9, 0.85), levels)
    return Coverage(0.1, 0.9, dict.fromkeys(STATISTIC_NAMES, one))


def scoreboard(rng, training_set):
    """Scores of every model, the first one better than all others."""
    models = (*ARCHITECTURES[::-1], "mean", "ridge")
    ceiling = Ceiling(5, 0.9, (0.85, 0.95))
    ceilings = Ceilings(ceiling, Ceiling(0, None, None), dict.fromkeys(LEVELS, ceiling))
    scores = {
        model: {name: rated(*rng.uniform(size=2)) for name in STATISTIC_NAMES}
        for model in models
    }
    comparisons = (
        Comparison(12, 0.1, (0.05, 0.15), "better", rival, measure, name)
        for rival in models[1:]
        for measure in ("r2", "r2_within")
        for name in STATISTIC_NAMES
    )
    return Scoreboard(
        training_set=training_set,
        n_test_circuits=12,
        ceilings=dict.fromkeys(STATISTIC_NAMES, ceilings),
        models=scores,
        compared=models[0],
        comparisons=tuple(comparisons),
    )


def rated(r2, r2_within):
    found = {"r2": r2, "mae": 1.0, "spearman": 0.5, "r2_of_ceiling": r2 / 0.9}
    levels = (RatedLevel(n_rows=12, level=level, **found) for level in LEVELS)
    return RatedScore(
        n_rows=36, r2_within=r2_within, r2_within_of_ceiling=None,
        by_level=tuple(levels), **found,
    )  # fmt: skip


def observed_changes(table):
    """Return every observed change, with an error that leaves some undecided."""
    seen = table.drop_duplicates(["target_id", "statistic"])
    return pd.DataFrame(
        {
            "session_id": seen["target_id"],
            "statistic": seen["statistic"],
            "change": seen["observed"],
            "se": 0.3,
            "df": 1000,
            "p_sign": 0.9,
            "half_change_1": seen["observed"],
            "half_change_2": -seen["observed"],
            "sham_change": 0.1,
            "n_stationary": 6,
            "n_running": 6,
        },
        columns=tables.OBSERVED_CHANGES.names,
    ).reset_index(drop=True)


_MADE = {}


def scored(table):
    """Return the predictions and scores of sessions; kept, as scoring takes a while.

    Every second session is inside the simulated domain.
    """
    key = table.to_csv()
    if key not in _MADE:
        predictions = with_controls(table)
        observed = pa_table(observed_changes(table), tables.OBSERVED_CHANGES)
        sessions = sorted(set(table["target_id"]))
        inside = {session: i % 2 == 0 for i, session in enumerate(sessions)}
        scores = summarize(predictions, observed, SETTINGS, 1, inside)
        _MADE[key] = (of_sessions(predictions.to_pandas()), scores)
    return _MADE[key]


def checks(cohort, simulated, recorded, sessions):
    """Return what is said of made-up windows; kept, as measuring takes a while."""
    key = "".join(one.to_csv() for one in (cohort, simulated, recorded))
    if key not in _MADE:
        _MADE[key] = checked(cohort, simulated, recorded, sessions)
    return _MADE[key]


def checked(cohort, simulated, recorded, sessions):
    """Return what measure_domain and check_rate_matching say of made-up windows."""
    states = ComparedStates.model_validate(CONFIG["states"])
    cohort = pa_table(cohort, tables.COHORT)
    simulated = pa_table(simulated, tables.SIMULATED_STATISTICS)
    recorded = pa_table(recorded, tables.RECORDED_STATISTICS)
    sessions = pa_table(sessions, tables.SESSIONS)
    domain, summary = measure_domain(
        cohort, simulated, recorded, sessions, states.levels, false_alarm=0.01, seed=1
    )
    rates = check_rate_matching(recorded, simulated, states, per_state_at_least=3)
    return {
        "domain": pa.table(domain, tables.DOMAIN.arrow()).to_pandas(),
        "domain_cohort": summary,
        "rate_matching": pd.DataFrame(rates),
    }


def mechanism(sessions, truth):
    """Every second session is sure of its true mechanism, or of the combined one."""
    found = []
    for i, one in enumerate(sessions):
        named = truth.get(one, "combined")
        p, claim = ((0.97, named), (0.6, UNDECIDED))[i % 2]
        found.append(session(one, named, p, claim))
    names = list(dict.fromkeys(truth.values())) or ([ALL] if found else [])
    cohorts = []
    for name in names:
        named = name if truth else "combined"
        cohorts.append(cohort(name, named, 0.99, named, n=2))
    return answers(found, cohorts, truth)


LEARNED = LearnedMechanism(
    n_mice=dict.fromkeys(CLASSES, 60),
    negligible=1.4,
    temperature=1.0,
    pooling=Pooling(contamination=0.1, correlation=0.0),
    log_loss=0.4,
    accuracy=0.875,
    reliability=Reliability((0.5, 0.9), (0.45, 0.92), (120, 120), 0.035),
    confusion={},
    directions=(),
)


def posterior(sessions):
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
        columns=["session_id", "mechanism", "draw", *names],
    )
    predictive = pd.DataFrame(
        [
            (s, training_set, architecture, "all", 11, 0.01 + 0.5 * (i % 2))
            for i, s in enumerate(sessions)
            for training_set in TRAINING_SETS
            for architecture in ARCHITECTURES
        ],
        columns=tables.PREDICTIVE_CHECKS.names,
    )
    checks = PosteriorChecks(
        n_mice=40,
        draws=100,
        rank_counts=dict.fromkeys(names, (4,) * 10),
        ks_p=dict.fromkeys(names, 0.4),
        levels=(0.25, 0.5, 0.75),
        coverage=(0.2, 0.55, 0.7),
        contraction={1: dict.fromkeys(names, 0.05), 8: some},
        correlation={**some, names[1]: None},
    )
    manifest = PosteriorManifest(
        settings={},
        seed=7,
        split=None,
        inputs=(),
        outputs=INPUT_NAMES,
        versions={},
        inferred=INPUT_NAMES,
        prior=ranges,
        most_epochs=8,
        learning={"mice": 168, "prior": 27.0, "validation": [26.5, 26.0]},
        n_weights=1234,
    )
    return {
        "posterior": manifest,
        "posterior_checks": checks,
        "circuits": circuits,
        "predictive": predictive,
    }


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
        (session, i, *[state] * 2, start_s, start_s + 10.0, "", *[0.0] * 4, 40)
        for i, (state, start_s) in enumerate(
            [("stationary", 20.0), ("stationary", 36.0), ("running", 51.0)]
        )
    ]
    epochs = pd.DataFrame(epochs, columns=tables.EPOCHS.names)
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


COMPARED = "stationary to running"
ORIGIN = {"synthetic": "synthetic", "s3": "allen", "cache": "other"}


@pytest.fixture
def make_results():
    """Return a function that makes results of so many sessions and changes to them."""

    def make(
        n_sessions=6, source="synthetic", edit_changes=None, edit_windows=None, **fields
    ):
        rng = np.random.default_rng(3)
        ids = [900 + i for i in range(n_sessions)]
        truth = {s: MECHANISMS[i % 3] for i, s in enumerate(ids)}
        known = truth if source == "synthetic" else {}
        table = conditioned(rng, ids)
        if edit_changes is not None:
            table = edit_changes(table)
        changes, scores = scored(table)
        recordings = {**CONFIG["recordings"], "source": source}
        windows = [simulated(rng), recorded(rng, ids), cohort_of_mice(rng)]
        if edit_windows is not None:
            windows = [edit_windows(table) for table in windows]
        of_mechanisms, epochs, of_mice = windows
        sessions = pd.DataFrame(
            [(s, ORIGIN[source], "ok", 40, COMPARED, 3, 3) for s in ids],
            columns=tables.SESSIONS.names,
        )
        made = {
            "config": {**CONFIG, "recordings": recordings},
            "simulated": of_mechanisms,
            "recorded": epochs,
            **checks(of_mice, of_mechanisms, epochs, sessions),
            "sessions": sessions,
            "epoch_counts": epoch_counts(ids),
            "shown": shown(ids[0], ORIGIN[source]) if ids else None,
            "changes": changes,
            "observed": observed_changes(table),
            "example": example(),
            "refused": None,
            "dose_response": None,
            "surrogates": [
                surrogate(s, a) for s in TRAINING_SETS for a in ARCHITECTURES
            ],
            "scoreboards": [scoreboard(rng, s) for s in TRAINING_SETS],
            "scores": replace(scores, truth=known),
            "mechanism": mechanism(ids, known),
            "learned": LEARNED,
            **posterior(ids),
            "provenance": [{"seed": 7, "device": "cpu", "versions": {"jax": "0.10.2"}}],
            "defaults": {**CONFIG, "run": "default"},
            "started": Start("2026-11-27", "86b6c41", "snakemake --cores 2"),
        }
        return Results(**{**made, **fields})

    return make


@pytest.fixture
def plain_page(monkeypatch):
    """Return a function that renders without figures, for where only text matters."""
    monkeypatch.setattr("minicolumn.report.page.script", lambda: "")
    return lambda results: render(
        REPORT, results, defaultdict(lambda: Markup("<svg/>"))
    )


@pytest.fixture
def results(make_results):
    """Return results of six synthetic mice."""
    return make_results()


@pytest.fixture(scope="session")
def kept():
    """Keep what many tests look at: drawing it takes a while."""
    return {}


@pytest.fixture
def figures(results, kept):
    """Return every figure of made-up results with its label; none may be changed."""
    if "figures" not in kept:
        kept["figures"] = draw(REPORT, results)
    return kept["figures"]


@pytest.fixture
def drawn(figures):
    """Return every figure without its label."""
    return {name: one.figure for name, one in figures.items()}


@pytest.fixture
def page(results, kept, figures, tmp_path):
    """Return the text of the page of made-up results, figures and all."""
    if "page" not in kept:
        write_page(tmp_path / "report.html", REPORT, results, figures)
        kept["page"] = (tmp_path / "report.html").read_text(encoding="utf-8")
    return kept["page"]
