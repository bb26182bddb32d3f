"""Time, memory and size of the report, for a finished run and at published size.

Reads results/RUN (`make demo`). For the published size its tables are repeated: 5,000
circuits under three mechanisms and 58 sessions, with new identities and a little noise.
Only the cost of such a report is meaningful, not its numbers.
"""

import argparse
import dataclasses
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from minicolumn.config import parse_config
from minicolumn.inference.mechanism.sessions import MechanismAnswers
from minicolumn.report.page import draw, write_figures, write_page
from minicolumn.report.results import Results
from minicolumn.report.sections import REPORT
from minicolumn.report.start import Start
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.yaml_files import read_yaml

ROOT = Path(__file__).parents[1]
CIRCUITS, SESSIONS = 5000, 58
PER_TABLE = ("units", "speed", "intervals")


def main() -> None:
    """Print one row for the run as it is, and one for the published size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", default="demo", help="directory under results/")
    started = time.perf_counter()
    results = read(ROOT / "results" / parser.parse_args().run)
    read_s = time.perf_counter() - started
    print(
        f"{'size':>10} {'simulations':>11} {'sessions':>8} {'read s':>6} "
        f"{'draw s':>6} {'page s':>6} {'files s':>7} {'page MB':>7} {'peak MB':>7}"
    )
    show("as it is", results, read_s)
    show("published", enlarged(results), read_s)


def show(size: str, results: Results, read_s: float) -> None:
    """Print times, the size of the page, and the peak memory so far."""
    with tempfile.TemporaryDirectory() as directory:
        page = Path(directory) / "report.html"
        times = [time.perf_counter()]
        figures = draw(REPORT, results)
        times.append(time.perf_counter())
        write_page(page, REPORT, results, figures)
        times.append(time.perf_counter())
        write_figures(Path(directory) / "figures", figures)
        times.append(time.perf_counter())
        drawn, written, files = np.diff(times)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{size:>10} {len(results.simulated):11,} {len(results.sessions):8} "
            f"{read_s:6.1f} {drawn:6.1f} {written:6.1f} {files:7.1f} "
            f"{page.stat().st_size / 1e6:7.2f} {peak_mb:7.0f}",
            flush=True,
        )


def read(run: Path) -> Results:
    """Read a run like the rule does."""
    one = "*.parquet"
    patterns = {
        "simulated": f"statistics/simulated/*/{one}",
        "recorded": f"statistics/recorded/{one}",
        "sessions": f"sessions/{one}",
        "epoch_counts": f"sensitivity/{one}",
        "epochs": f"epochs/{one}",
        **{kind: f"recordings/*/{kind}.parquet" for kind in PER_TABLE},
        "surrogates": "surrogates/*/*",
        "scoreboards": "surrogate_scores/*.json",
        "made": "simulations/*/shard-0000.parquet",
        "example": "simulations/combined/shard-0000.parquet",
    }
    single = {
        "predictions": "prediction/predictions.parquet",
        "predictive": "prediction/predictive_checks.parquet",
        "observed": "prediction/observed.parquet",
        "rate_matching": "prediction/rate_matching.parquet",
        "scores": "prediction/scores.json",
        "domain": "domain/domain.parquet",
        "domain_cohort": "domain/domain.json",
        "mechanism": "inference/mechanism.json",
        "learned": "inference/mechanism_model.json",
        "posterior": "inference/posterior",
        "posterior_checks": "inference/posterior.json",
        "circuits": "inference/posterior_samples.parquet",
    }
    paths = {name: sorted(map(str, run.glob(of))) for name, of in patterns.items()}
    defaults = read_yaml(ROOT / "config.yaml")
    return Results.read(
        paths | {name: str(run / path) for name, path in single.items()},
        parse_config(defaults).model_dump(mode="json"),
        defaults,
        Start(),
    )


def enlarged(results: Results) -> Results:
    """Return results of published size."""

    def by_session(table: pd.DataFrame) -> pd.DataFrame:
        return repeated(table, "session_id", SESSIONS)

    changes = by_session(results.changes)
    noise = np.random.default_rng(0).normal(1.0, 0.1, (2, len(changes)))
    return dataclasses.replace(
        results,
        simulated=jittered(repeated(results.simulated, "circuit_id", CIRCUITS)),
        recorded=jittered(by_session(results.recorded)),
        sessions=by_session(results.sessions),
        epoch_counts=by_session(results.epoch_counts),
        changes=changes.assign(
            predicted=changes["predicted"] * noise[0],
            observed=changes["observed"] * noise[1],
        ),
        domain=by_session(results.domain),
        observed=by_session(results.observed),
        mechanism=more_answers(results.mechanism),
        circuits=by_session(results.circuits),
        predictive=by_session(results.predictive),
    )


def repeated(table: pd.DataFrame, key: str, count: int) -> pd.DataFrame:
    """Return copies of a table under new identities."""
    found = np.unique(table[key])
    place = np.searchsorted(found, table[key])
    copies = -(-count // len(found))
    whole = pd.concat(
        [table.assign(**{key: place + i * len(found)}) for i in range(copies)],
        ignore_index=True,
    )
    return whole.take(np.flatnonzero(whole[key] < count))


def jittered(table: pd.DataFrame) -> pd.DataFrame:
    """Return statistics with a little noise."""
    rng = np.random.default_rng(1)
    return table.assign(
        **{
            name: table[name] * rng.normal(1.0, 0.05, len(table))
            for name in STATISTIC_NAMES
        }
    )


def more_answers(answers: MechanismAnswers) -> MechanismAnswers:
    """Return the answers about as many sessions."""
    known = answers.sessions
    mine = (
        dataclasses.replace(known[i % len(known)], session_id=i)
        for i in range(SESSIONS)
    )
    return dataclasses.replace(answers, sessions=tuple(mine))


if __name__ == "__main__":
    main()
