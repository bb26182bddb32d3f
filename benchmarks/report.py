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
from typing import Any

import numpy as np
import pandas as pd
import yaml
from minicolumn.report.drawings import draw

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config import parse_config
from minicolumn.report.page import write_figures, write_page
from minicolumn.report.results import Results, read_results
from minicolumn.statistics.names import STATISTIC_NAMES

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

    def found(pattern: str) -> list[str]:
        return sorted(str(path) for path in run.glob(pattern))

    config = parse_config(yaml.safe_load((ROOT / "config.yaml").read_text()))
    shards = [found(f"simulations/{one}/shard-*.parquet")[0] for one in MECHANISMS]
    return read_results(
        config=config.model_dump(mode="json"),
        simulated=found("statistics/simulated/*/*.parquet"),
        recorded=found("statistics/recorded/*.parquet"),
        sessions=found("sessions/*.parquet"),
        epoch_counts=found("sensitivity/*.parquet"),
        recordings={
            **{kind: found(f"recordings/*/{kind}.parquet") for kind in PER_TABLE},
            "epochs": found("epochs/*.parquet"),
        },
        changes=str(run / "prediction/predictions.parquet"),
        example=shards[-1:],
        made=shards,
        refused=None,
        domain=str(run / "domain/domain.parquet"),
        domain_cohort=str(run / "domain/domain.json"),
        rate_matching=str(run / "transfer/rate_matching.parquet"),
        observed=str(run / "prediction/observed.parquet"),
        surrogates=found("surrogates/*/*"),
        scoreboards=found("surrogate_scores/*.json"),
        scores=str(run / "prediction/scores.json"),
        mechanism=str(run / "inference/mechanism.json"),
        learned=str(run / "inference/mechanism_model.json"),
        posterior={
            "posterior": str(run / "inference/posterior"),
            "checks": str(run / "inference/posterior.json"),
            "circuits": str(run / "inference/posterior_samples.parquet"),
            "predictive": str(run / "prediction/predictive_checks.parquet"),
        },
    )


def enlarged(results: Results) -> Results:
    """Return results of published size."""

    def by_session(table: pd.DataFrame) -> pd.DataFrame:
        return repeated(table, "session_id", SESSIONS)

    changes = by_session(results.changes)
    noise = np.random.default_rng(0).normal(1.0, 0.1, (2, len(changes)))
    posterior = results.posterior
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
        posterior=dataclasses.replace(
            posterior,
            circuits=by_session(posterior.circuits),
            sessions=by_session(posterior.sessions),
            predictive=by_session(posterior.predictive),
        ),
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


def more_answers(answers: dict[str, Any]) -> dict[str, Any]:
    """Return answers about as many sessions, with their truth."""
    known = answers["sessions"]
    mine = [{**known[i % len(known)], "session_id": i} for i in range(SESSIONS)]
    truth = [answers["truth"].get(str(one["session_id"])) for one in known]
    named = {str(i): truth[i % len(known)] for i in range(SESSIONS) if truth[0]}
    return {**answers, "sessions": mine, "truth": named}


if __name__ == "__main__":
    main()
