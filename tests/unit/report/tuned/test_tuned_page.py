"""The page about fitted circuits: its numbers follow from the tables it reads."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from bare import bare_circuit

from minicolumn.config import Fitting
from minicolumn.files import tables
from minicolumn.files.documents import write_document
from minicolumn.files.store import columns_of, write_table
from minicolumn.perturbation import over_circuits as networks
from minicolumn.perturbation.variants import LOSSES, SCORES
from minicolumn.prediction.combinations import GRADIENT, NEAREST, SESSION, SIMULATOR
from minicolumn.report.page import draw, write_page
from minicolumn.report.start import Start
from minicolumn.report.tuned import TUNED
from minicolumn.report.tuned.answer import cards, compared
from minicolumn.report.tuned.results import TunedResults
from minicolumn.scoring.summary import summarize
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.smooth import SMOOTH_NAMES
from minicolumn.tuning.drift import Drift
from minicolumn.tuning.fit import FitOutcome, Fits
from minicolumn.tuning.fits_archive import save

SESSIONS = (11, 12, 13)
TRUTH = dict.fromkeys(SESSIONS, "synaptic")


def checks(before, after):
    """Return two fits of each session with these distances in every statistic."""
    return pd.DataFrame(
        [
            {"session_id": one, "start": start, "circuit_id": start, "target": 1.0,
             "outcome": "fitted", "statistic": name, "trained": True, "sd": 1.0,
             "z_target_before": before, "z_target_after": after,
             "z_before": before, "z_after": after}
            for one in SESSIONS
            for start in range(2)
            for name in SMOOTH_NAMES
        ]
    )  # fmt: skip


def predicted(selector, right):
    """Return predictions of a rise, which ``right`` sessions of three show."""
    return pd.DataFrame(
        [
            {"target_id": one, "target": SESSION, "selector": selector,
             "forward": SIMULATOR, "training_set": "synaptic", "statistic": name,
             "predicted": 1.0 if place < right else -1.0, "p_up": 0.9,
             "low": -1.0, "high": 1.5, "observed": 1.0, "scale": 1.0}
            for place, one in enumerate(SESSIONS)
            for name in STATISTIC_NAMES
        ]
    )  # fmt: skip


def as_table(frame, schema):
    return pa.Table.from_pylist(frame.to_dict("records"), schema.arrow())


@pytest.fixture(scope="module")
def observed():
    return pd.DataFrame(
        [
            {"session_id": one, "statistic": name, "change": 1.0, "se": 0.1,
             "df": 1000, "p_sign": 1.0, "half_change_1": 1.0, "half_change_2": 1.0,
             "sham_change": 0.1, "n_stationary": 6, "n_running": 6}
            for one in SESSIONS
            for name in STATISTIC_NAMES
        ]
    )  # fmt: skip


@pytest.fixture(scope="module")
def results(observed, cfg):
    predictions = pd.concat([predicted(GRADIENT, 3), predicted(NEAREST, 1)])
    scores = summarize(
        as_table(predictions, tables.PREDICTIONS),
        as_table(observed, tables.OBSERVED_CHANGES),
        cfg.prediction.model_copy(
            update={
                "n_resamples": 100,
                "n_permutations": 100,
                # Only fits were scored here.
                "primary": cfg.prediction.primary.model_copy(
                    update={"architecture": SIMULATOR}
                ),
            }
        ),
        1,
        truth=TRUTH,
    )
    conductances = np.array([0.001, 0.002])
    one = Drift(
        11, 0, FitOutcome.FITTED, 2, 0, 0, 0.9, 0.3, 0.4, 0.1, *2 * [conductances]
    )
    sessions = pd.DataFrame({"session_id": SESSIONS, "origin": "synthetic"})
    config = {"run": "test", "seed": 7, "tuned": {"start": "nearest"}, "recordings": {}}
    config |= {"states": {"less_ach": "stationary", "more_ach": "running"}}
    return TunedResults(
        config=config,
        defaults=config,
        sessions=sessions.assign(outcome="ok"),
        scores=scores,
        provenance=(),
        started=Start(),
        steps=pd.DataFrame(
            {"session_id": 11, "start": 0, "step": range(3), "loss": [3.0, 2.0, 1.0]}
        ),
        checks=checks(2.0, 0.5),
        predictions=predictions,
        observed=observed,
        drift=(one,),
        obstacles={13: "2 conditioning epochs at rest are too few"},
    )


def test_cards_say_what_tables_say(results):
    distance, nearer, right, lost = cards(results)
    assert distance.value == "0.50"
    assert "6 fits; before 2.00" in distance.beside
    assert nearer.value == "3 of 3"
    assert right.value == "100.0 %"
    assert right.beside.startswith("start 33.3 %; difference +66.7 points")
    assert lost.value == "0"


def test_fits_that_predict_what_their_starts_predict_gain_nothing(results):
    same = pd.concat([predicted(GRADIENT, 2), predicted(NEAREST, 2)])
    found = compared(replace(results, predictions=same))
    assert (found.n, found.gain) == (3 * len(STATISTIC_NAMES), 0.0)
    assert found.after == found.before == 2 * len(STATISTIC_NAMES)


def test_of_mice_with_a_truth_only_its_mechanism_counts(results):
    wrong = results.predictions.assign(training_set="combined")
    assert compared(replace(results, predictions=wrong)) is None


def test_the_page_is_whole_and_says_synthetic(results, tmp_path):
    write_page(tmp_path / "page.html", TUNED, results, draw(TUNED, results))
    text = (tmp_path / "page.html").read_text()
    assert "SYNTHETIC" in text
    assert "Session 13 has no fit: 2 conditioning epochs at rest are too few." in text
    sections = re.findall(r'<section id="(\w+)">', text)
    assert sections == ["answer", *(one.name for one in TUNED.sections)]
    assert text.count("<figure") == 4


def test_it_is_read_from_the_files_of_a_run(results, cfg, tmp_path):
    """One file is a path, several are a list, as Snakemake gives them."""
    kinds = {
        "sessions": tables.SESSIONS, "steps": tables.TUNED_STEPS,
        "checks": tables.TUNED_CHECKS, "predictions": tables.PREDICTIONS,
        "observed": tables.OBSERVED_CHANGES,
    }  # fmt: skip
    paths = {name: str(tmp_path / f"{name}.parquet") for name in kinds}
    for name, kind in kinds.items():
        rows = getattr(results, name).to_dict("records")
        missing = dict.fromkeys(kind.names)
        write_table(
            paths[name], kind, columns_of([missing | row for row in rows], kind.names)
        )
    paths["scores"] = str(tmp_path / "scores.json")
    scores = replace(results.scores, primary=cfg.prediction.primary)
    write_document(paths["scores"], scores)
    steps, circuit = np.zeros((1, 1)), bare_circuit(3, 2)
    fits = Fits([circuit], [circuit], [FitOutcome.SILENT], steps, steps, steps)
    settings = Fitting(**cfg.tuned.fitting())
    save(tmp_path / "11", 11, fits, settings, 1)
    save(tmp_path / "13", 13, "too few epochs", settings, 1)
    several = {"fits": [str(tmp_path / "11"), str(tmp_path / "13")]}
    several |= {name: [paths[name]] for name in ("sessions", "steps")}
    found = TunedResults.read(paths | several, results.config, {}, Start())
    assert found.obstacles == {13: "too few epochs"}
    assert [(one.session_id, one.outcome) for one in found.drift] == [(11, "silent")]
    assert compared(found) == compared(results)
    pd.testing.assert_frame_equal(found.distances, results.distances, check_dtype=False)


def test_without_any_fit_the_page_says_so(results, tmp_path):
    none = {
        name: getattr(results, name).iloc[:0]
        for name in ("steps", "checks", "predictions")
    }
    empty = replace(results, drift=(), **none)
    write_page(tmp_path / "page.html", TUNED, empty, draw(TUNED, empty))
    text = (tmp_path / "page.html").read_text()
    assert "No session could be fitted" in text
    assert "No direction of change" in text


def test_beside_predictions_is_what_their_class_is_worth(results, tmp_path):
    """Only where the run has tested fitted networks; in both tables."""
    skill = dict.fromkeys((*SCORES, *LOSSES)) | {"manipulation": "synaptic"}
    one = {"reference": "one_area-0", "regime": "spontaneous", "student": "bio"}
    summary = networks.summarize([skill | one | {"start": 0, "skill": -0.25}], ())
    texts = []
    for known in (None, summary):
        shown = replace(results, perturbation=known)
        write_page(tmp_path / "page.html", TUNED, shown, draw(TUNED, shown))
        texts.append((tmp_path / "page.html").read_text())
    words = "one_area, spontaneous: \N{MINUS SIGN}0.25, one circuit: no interval"
    assert [text.count("Skill of fitted networks") for text in texts] == [0, 2]
    assert words not in texts[0]
    assert texts[1].count(words) >= 2
