"""Write what each rung of the ladder came to: write_ladder.py RESULTS PAGE.

RESULTS is the directory of all runs; `make ladder` makes those that are read here.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

import minicolumn as mc
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.errors import MinicolumnError
from minicolumn.files.documents import read_document
from minicolumn.prediction.combinations import SIMULATOR
from minicolumn.scoring.panel import Panel
from minicolumn.scoring.resampling import Resampling
from minicolumn.sessions.session import Session, scored, sessions_of
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.smooth import SMOOTH_NAMES
from minicolumn.surrogates.scoreboard import Scoreboard
from minicolumn.validation import by_session, ladder
from minicolumn.validation.families import Families

MICE = "ladder_mice"
RUNS = {
    "1, one probability": "ladder_lif_random",
    "2, types": "ladder_lif_types",
    "3, distance, conductances": "ladder_v1_types",
}
FITTED = "4, fitted to the session"
FAMILIES = "families/families/families.json"
COHORT = 4
"""Mice in a cohort from which the mechanism is recovered."""


class Finished:
    """A finished run, as far as the ladder needs it."""

    def __init__(self, directory: Path, truth: Mapping[int, str]):
        self.run: Any = mc.open_run(directory)
        self.config = self.run.config
        self.panel = Panel.of(self.arrow("predictions"), self.arrow("observed_changes"))
        sessions = self.panel.session_id.tolist()
        acting = by_session.truths(sessions, truth)
        self.acting = dict(zip(sessions, acting, strict=True))

    def arrow(self, table: str) -> pa.Table:
        """Return a table."""
        return pa.Table.from_pandas(self.run.table(table), preserve_index=False)

    @property
    def sessions(self) -> list[Session]:
        """The sessions that were scored, with their epochs."""
        recorded = self.arrow("recorded_statistics")
        return sessions_of(scored(recorded, self.arrow("sessions")))

    @property
    def architecture(self) -> str:
        """Of the surrogates whose predictions are the primary ones."""
        return self.config.prediction.primary.architecture

    def posterior_at_rest(self) -> dict[int, Any]:
        """Return what surrogates say of posterior samples, by session."""
        samples = self.run.table("posterior_samples")
        centers = {}
        for session, mechanism in self.acting.items():
            surrogate = self.run.surrogate(mechanism, self.architecture)
            own = samples.query("session_id == @session and mechanism == @mechanism")
            found = surrogate.predict(own)[list(STATISTIC_NAMES)].to_numpy()
            centers[session] = by_session.resting_center(found, self.config.tuned)
        return centers

    def fits_at_rest(self) -> dict[int, Any]:
        """Return what circuits fitted to a session do, the mean of its fits."""
        checks = self.run.table("tuned_checks")
        checks["after"] = checks["target"] + checks["sd"] * checks["z_target_after"]
        mean = checks.groupby(["session_id", "statistic"])["after"].mean().unstack()
        return dict(zip(mean.index, mean[list(SMOOTH_NAMES)].to_numpy(), strict=True))

    def n_neurons(self, circuits: pd.Series) -> float:
        """Return the median number of neurons of circuits, each as often as named."""
        size = self.run.table("circuits").set_index("circuit_id")["n_neurons"]
        return float(size[circuits].median())

    def r2(self) -> float:
        """Return the median R2 of surrogates over mechanisms and statistics."""
        boards = [
            read_document(
                self.run.directory / "surrogate_scores" / f"{name}.json", Scoreboard
            )
            for name in MECHANISMS
        ]
        scores = [s.r2 for b in boards for s in b.models[self.architecture].values()]
        return float(np.median([one for one in scores if one is not None]))

    def rung(self, name: str) -> ladder.Rung:
        """Return what its surrogates and its posterior come to."""
        simulated = self.run.table("simulated_statistics", level=0.0)
        inferred = self.arrow("inferred_mechanisms")
        return self._rung(
            name,
            circuits=simulated["circuit_id"],
            rate_hz=float(simulated["mean_rate"].median()),
            r2=self.r2(),
            centers=self.posterior_at_rest(),
            forward=self.architecture,
            mechanism=by_session.right_mechanisms(inferred, self.acting),
        )

    def fitted(self, name: str) -> ladder.Rung:
        """Return what its circuits come to once they are fitted to each session."""
        described = self.run.table("tuned_statistics", fitted=True, state="stationary")
        return self._rung(
            name,
            circuits=described["circuit_id"],
            rate_hz=float(described["mean_rate"].median()),
            r2=None,
            centers=self.fits_at_rest(),
            forward=SIMULATOR,
            mechanism=np.full(len(self.acting), np.nan),
        )

    def _rung(
        self,
        name: str,
        *,
        circuits: pd.Series,
        rate_hz: float,
        r2: float | None,
        centers: Mapping[int, Any],
        forward: str,
        mechanism: Any,
    ) -> ladder.Rung:
        below_se = self.config.prediction.undecided_below_se
        acting: Sequence[str] = list(self.acting.values())
        return ladder.Rung(
            name=name,
            family=self.config.circuits.family,
            n_neurons=self.n_neurons(circuits),
            rate_hz=rate_hz,
            surrogate_r2=r2,
            values={
                "distance": by_session.resting_distances(
                    centers, self.sessions, self.config.tuned
                ),
                "direction": by_session.right_directions(
                    self.panel, acting, forward, below_se
                ),
                "mechanism": mechanism,
            },
        )


def main(results: Path, page: Path) -> None:
    """Compare the rungs and write the page."""
    mice = mc.open_run(results / MICE).table("synthetic_mice")
    truth = dict(zip(mice["session_id"], mice["mechanism"], strict=True))
    runs = {name: Finished(results / run, truth) for name, run in RUNS.items()}
    families = read_document(results / FAMILIES, Families)
    by_session.check_alike({RUNS[name]: run.panel for name, run in runs.items()})
    rungs = [run.rung(name) for name, run in runs.items()]
    *_, last = runs.values()
    config = last.config
    resampling = Resampling(config.seed, config.prediction.n_resamples)
    ladder.write_page(
        page,
        ladder.climbed([*rungs, last.fitted(FITTED)], resampling),
        ladder.recoveries(families, COHORT),
        {
            "n_sessions": len(last.acting),
            "n_circuits": config.circuits.count,
            "cohort": COHORT,
            "n_learned": families.n_learned,
        },
    )


if __name__ == "__main__":
    try:
        main(*map(Path, sys.argv[1:]))
    except MinicolumnError as error:
        sys.exit(str(error))
