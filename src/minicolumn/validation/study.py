"""What a model says of fresh mice, alone and in cohorts, against the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.cohort.names import FOREIGN, LEARNED_NULLS, NULLS
from minicolumn.config.analysis import Classifier
from minicolumn.inference.answers import OUTSIDE, Rule, fisher
from minicolumn.inference.calibration import log_loss, reliability
from minicolumn.inference.cohorts import draw_cohorts, together
from minicolumn.inference.features import Windows, features
from minicolumn.inference.learned import CLAIMS, confusion, mice_of
from minicolumn.inference.mechanism import MechanismModel
from minicolumn.inference.published import by_direction, constant_directions
from minicolumn.mechanisms import CLASSES, MECHANISMS, NONE, Truth
from minicolumn.transfer.evidence import evidence
from minicolumn.validation.confound import shares_called

_COHORT_STREAM = 401


@dataclass(frozen=True, eq=False)
class Judged:
    """What a model says of the mice of one group; arrays are (mice, classes)."""

    table: NDArray[np.float64]
    log_probability: NDArray[np.float64]
    likeness: NDArray[np.float64]

    @classmethod
    def of(cls, model: MechanismModel, mice: Sequence[Windows]) -> "Judged":
        """Judge mice; those that lack a statistic are left out."""
        table = np.array([features(mouse) for mouse in mice])
        table = table[~model.lacks(table)]
        return cls(table, model.log_probability(table), model.likeness(table))

    def cohorts(
        self, size: int, n_cohorts: int, strayed: float, rng: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return log posterior and likeness of cohorts of these mice."""
        everyone = [np.arange(len(self.table))]
        (members,) = draw_cohorts(everyone, size, n_cohorts, rng)
        return (
            together(self.log_probability[members], strayed),
            fisher(self.likeness[members]),
        )


@dataclass(frozen=True, eq=False)
class Study:
    """A model, the mice it learned from, and fresh mice by group."""

    model: MechanismModel
    fresh: Mapping[str, pa.Table]
    learned_from: pa.Table
    settings: Classifier
    rule: Rule
    seed: int

    @cached_property
    def _mice(self) -> dict[str, list[Windows]]:
        return {group: mice_of(table)[0] for group, table in self.fresh.items()}

    @cached_property
    def _judged(self) -> dict[str, Judged]:
        return {group: Judged.of(self.model, m) for group, m in self._mice.items()}

    @cached_property
    def _learned(self) -> tuple[list[Windows], list[Truth]]:
        return mice_of(self.learned_from)

    def results(
        self,
        cohort_sizes: Sequence[int],
        n_cohorts: int,
        learning_curve: Sequence[int],
    ) -> dict[str, Any]:
        """Return everything that was found, as plain values."""
        _, truths = self._learned
        return {
            "n_learned": {name: truths.count(name) for name in CLASSES},
            "n_fresh": {group: len(mice) for group, mice in self._mice.items()},
            "n_lacking": {
                group: len(mice) - len(self._judged[group].table)
                for group, mice in self._mice.items()
            },
            "rule": asdict(self.rule),
            "strayed": self.model.strayed,
            "temperature": self.model.temperature,
            "alone": self._alone(),
            "cohorts": [self._together(size, n_cohorts) for size in cohort_sizes],
            "calibration": self._calibration(cohort_sizes, n_cohorts),
            "confound": {
                "size": max(cohort_sizes),
                "called": shares_called(
                    self.fresh, max(cohort_sizes), n_cohorts, self.seed
                ),
            },
            "learning_curve": [
                self._learned_from_some(n, n_cohorts, min(cohort_sizes))
                for n in learning_curve
                if n <= min(truths.count(name) for name in CLASSES)
            ],
        }

    def _alone(self) -> dict[str, Any]:
        directions = constant_directions(
            np.array([features(mouse) for mouse in self._learned[0]]),
            np.array([CLASSES.index(truth) for truth in self._learned[1]]),
        )
        ways = {
            "most probable": lambda judged: most_probable(
                judged.log_probability, CLASSES
            ),
            "most probable of three": lambda judged: most_probable(
                judged.log_probability, MECHANISMS
            ),
            "claimed": lambda judged: self.rule.claims(
                judged.log_probability, judged.likeness
            ),
            "published way": lambda judged: by_direction(judged.table, directions),
        }
        recovered = {way: self._recovery(said) for way, said in ways.items()}
        claims = {group: ways["claimed"](one) for group, one in self._judged.items()}
        return {"recovery": recovered, **_strangers(claims)}

    def _recovery(self, said: Any) -> dict[str, Any]:
        found = {name: said(self._judged[name]) for name in MECHANISMS}
        return _counted(found)

    def _together(self, size: int, n_cohorts: int) -> dict[str, Any]:
        claims, probable, of_three = {}, {}, {}
        for group in self._judged:
            posterior, likeness = self._cohorts(group, size, n_cohorts)
            claims[group] = self.rule.claims(posterior, likeness)
            probable[group] = most_probable(posterior, CLASSES)
            of_three[group] = most_probable(posterior, MECHANISMS)
        ways = {
            "most probable": probable,
            "most probable of three": of_three,
            "claimed": claims,
        }
        recovery = {
            way: _counted({name: said[name] for name in MECHANISMS})
            for way, said in ways.items()
        }
        return {"size": size, "recovery": recovery, **_strangers(claims)}

    def _cohorts(
        self, group: str, size: int, n_cohorts: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        rng = np.random.default_rng([self.seed, size, _COHORT_STREAM])
        return self._judged[group].cohorts(size, n_cohorts, self.model.strayed, rng)

    def _calibration(self, sizes: Sequence[int], n_cohorts: int) -> dict[str, Any]:
        """Return the reliability of answers about mice of the kinds learned from.

        Every class weighs the same: those without a mechanism are a third of each kind.
        """
        n = min(len(self._judged[name].table) for name in (*MECHANISMS, *LEARNED_NULLS))
        share = n // len(LEARNED_NULLS)
        parts = [(name, n) for name in MECHANISMS]
        parts += [(name, share) for name in LEARNED_NULLS]
        truth = np.array([_class_of(name) for name, size in parts for _ in range(size)])
        alone = np.concatenate(
            [self._judged[name].log_probability[:size] for name, size in parts]
        )
        found = {
            "mice": {
                **asdict(reliability(np.exp(alone), truth)),
                "log_loss": log_loss(alone, truth),
            }
        }
        for size in sizes:
            each = [self._cohorts(name, size, n_cohorts)[0] for name in MECHANISMS]
            classes = np.repeat([_class_of(name) for name in MECHANISMS], n_cohorts)
            posterior = np.concatenate(each)
            found[f"cohorts of {size}"] = asdict(
                reliability(np.exp(posterior), classes)
            )
        return found

    def _learned_from_some(
        self, n_per_class: int, n_cohorts: int, size: int
    ) -> dict[str, Any]:
        mice, truths = self._learned
        kept: list[int] = []
        for name in CLASSES:
            mine = [i for i, truth in enumerate(truths) if truth == name]
            kept += mine[:n_per_class]
        model, _ = MechanismModel.fit(
            [mice[i] for i in kept],
            [truths[i] for i in kept],
            self.settings,
            self.seed,
        )
        alone, cohorts = {}, {}
        for name in MECHANISMS:
            judged = Judged.of(model, self._mice[name])
            alone[name] = most_probable(judged.log_probability, CLASSES)
            rng = np.random.default_rng([self.seed, size, _COHORT_STREAM])
            posterior, _ = judged.cohorts(size, n_cohorts, model.strayed, rng)
            cohorts[name] = most_probable(posterior, CLASSES)
        return {
            "n_per_class": n_per_class,
            "alone": _counted(alone)["accuracy"],
            "size": size,
            "cohorts": _counted(cohorts)["accuracy"],
        }


def most_probable(
    log_probability: NDArray[np.float64], among: Sequence[str]
) -> list[str]:
    """Return the first classes' most probable one; mechanisms come first."""
    best = log_probability[:, : len(among)].argmax(axis=1)
    return [str(among[one]) for one in best]


def _class_of(group: str) -> int:
    return next((i for i, name in enumerate(CLASSES) if name == group), len(MECHANISMS))


def _counted(said: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return counts by truth and what was said, and how many are right."""
    truths = [truth for truth, mine in said.items() for _ in mine]
    claims = [claim for mine in said.values() for claim in mine]
    right = sum(t == c for t, c in zip(truths, claims, strict=True))
    wrong = sum(c in CLASSES and t != c for t, c in zip(truths, claims, strict=True))
    found = evidence(right, len(claims))
    return {
        "confusion": confusion(truths, claims, CLAIMS),
        "right": right,
        "wrong": wrong,
        "n": len(claims),
        "accuracy": right / len(claims),
        "interval": found.clopper_pearson if found else None,
    }


def _strangers(claims: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return shares of mechanisms claimed, and of alarms, by group."""

    def shares(group: str) -> dict[str, Any]:
        mine = claims[group]
        return {
            "n": len(mine),
            "claimed": sum(claim in MECHANISMS for claim in mine) / len(mine),
            "none": sum(claim == NONE for claim in mine) / len(mine),
            "outside": sum(claim == OUTSIDE for claim in mine) / len(mine),
        }

    return {
        "nulls": {group: shares(group) for group in NULLS},
        "foreign": {group: shares(group) for group in FOREIGN},
    }
