"""What the page about perturbations is made from, and what scores say in words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

from minicolumn.files.documents import read_document
from minicolumn.perturbation.over_circuits import OverCircuits, PerturbationSummary
from minicolumn.perturbation.variants import BIO, GRADIENT
from minicolumn.report.results import Shown
from minicolumn.report.start import Start
from minicolumn.report.wording import decimals, limits

SUMMARY = Path("perturbation", "summary.json")
LIKE_CIRCUITS = (GRADIENT, "bio_depression", BIO)
"""Fitted circuits themselves, or students that have most of what circuits have.

The first one that a run has.
"""
VERDICTS = {
    "better": "better than no change",
    "worse": "worse than no change",
    "no better": "no better than no change",
    "one circuit": "one circuit: no interval",
}


def made_by(run: Path) -> PerturbationSummary | None:
    """Return what a run says of fitted networks; None if it was not asked."""
    path = run / SUMMARY
    return read_document(path, PerturbationSummary) if path.is_file() else None


@dataclass(frozen=True, eq=False, kw_only=True)
class PerturbationResults(Shown):
    """Everything the page shows; ``summary`` is all of it."""

    beside: ClassVar = ("scores.parquet", "summary.json")
    summary: PerturbationSummary

    @classmethod
    def read(
        cls,
        paths: Mapping[str, Any],
        config: Mapping[str, Any],
        defaults: Mapping[str, Any],
        started: Start,
    ) -> Self:
        """Read what the page is made from; as `minicolumn.report.results.Results`."""
        return cls(
            config=config,
            defaults=defaults,
            provenance=(),
            started=started,
            summary=read_document(paths["summary"], PerturbationSummary),
        )

    @property
    def synthetic(self) -> bool:
        """All circuits are simulated."""
        return True

    def groups(self) -> Iterator[tuple[str, str]]:
        """Yield couplings and regimes, as the summary has them."""
        scores = self.summary.scores
        yield from dict.fromkeys((one.coupling, one.regime) for one in scores)

    def tables(self, rows: Callable[[Self, str, str], Any]) -> list[dict[str, Any]]:
        """Return a table for each coupling and regime, with the rows made of them."""
        return [
            {
                "coupling": coupling,
                "regime": regime,
                "rows": rows(self, coupling, regime),
            }
            for coupling, regime in self.groups()
        ]


class Foretold(NamedTuple):
    """How a class of networks foretells a mechanism, in circuits of one kind."""

    coupling: str
    regime: str
    words: str


def in_words(one: OverCircuits) -> str:
    """Return a skill, its interval over circuits, and what they come to."""
    interval = None if one.low is None or one.high is None else (one.low, one.high)
    beside = f" ({limits(interval)})" if interval else ""
    return f"{decimals(one.mean)}{beside}, {VERDICTS[one.verdict]}"


def class_of_circuits(summary: PerturbationSummary | None) -> str | None:
    """Return the student that is most like circuits; None if there is none."""
    known = {one.student for one in summary.scores} if summary else set()
    return next((name for name in LIKE_CIRCUITS if name in known), None)


def foretold(summary: PerturbationSummary | None, mechanism: str) -> list[Foretold]:
    """Return how the class of fitted circuits foretells a mechanism of ACh."""
    student = class_of_circuits(summary)
    return [
        Foretold(one.coupling, one.regime, in_words(one))
        for one in (summary.scores if summary else ())
        if (one.student, one.what, one.score) == (student, mechanism, "skill")
    ]
