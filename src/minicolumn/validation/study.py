"""What a model says of fresh mice, alone and in cohorts, against the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, NONE, Truth
from minicolumn.config.analysis import Classifier
from minicolumn.inference.mechanism.answers import OUTSIDE, Rule
from minicolumn.inference.mechanism.calibration import log_loss, reliability
from minicolumn.inference.mechanism.learned import CLAIMS, confusion, mice_of
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.inference.mechanism.published import by_direction, constant_directions
from minicolumn.mice.groups import LEARNED_NULLS, NULLS, OUT_OF_DISTRIBUTION
from minicolumn.scoring.evidence import evidence
from minicolumn.sessions.features import features
from minicolumn.sessions.session import Session
from minicolumn.validation.confound import shares_called
from minicolumn.validation.judged import Judged, Said, acting_in


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
    def _mice(self) -> dict[str, list[Session]]:
        return {group: mice_of(table)[0] for group, table in self.fresh.items()}

    @cached_property
    def _judged(self) -> dict[str, Judged]:
        return {group: self._judged_by(self.model, group) for group in self.fresh}

    def _judged_by(self, model: MechanismModel, group: str) -> Judged:
        return Judged.of(model, self._mice[group], acting_in(self.fresh[group]))

    @cached_property
    def _learned(self) -> tuple[list[Session], list[Truth]]:
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
            "contamination": self.model.contamination,
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
            "most probable": lambda judged: judged.most_probable(CLASSES),
            "most probable of three": lambda judged: judged.most_probable(MECHANISMS),
            "claimed": lambda judged: judged.claims(self.rule),
            "published method": lambda judged: by_direction(judged.table, directions),
        }
        recovered = {way: self._recovery(said) for way, said in ways.items()}
        return {"recovery": recovered, **_strangers(self._judged, self.rule)}

    def _recovery(self, said: Any) -> dict[str, Any]:
        found = {name: said(self._judged[name]) for name in MECHANISMS}
        return _counted(found)

    def _together(self, size: int, n_cohorts: int) -> dict[str, Any]:
        cohorts = {group: self._cohorts(group, size, n_cohorts) for group in self.fresh}
        ways = {
            "most probable": lambda said: said.most_probable(CLASSES),
            "most probable of three": lambda said: said.most_probable(MECHANISMS),
            "claimed": lambda said: said.claims(self.rule),
        }
        recovery = {
            way: _counted({name: say(cohorts[name]) for name in MECHANISMS})
            for way, say in ways.items()
        }
        return {"size": size, "recovery": recovery, **_strangers(cohorts, self.rule)}

    def _cohorts(self, group: str, size: int, n_cohorts: int) -> Said:
        return self._judged[group].cohorts(
            size, n_cohorts, self.model.contamination, self.seed
        )

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
            each = [
                self._cohorts(name, size, n_cohorts).log_probability
                for name in MECHANISMS
            ]
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
            judged = self._judged_by(model, name)
            alone[name] = judged.most_probable(CLASSES)
            said = judged.cohorts(size, n_cohorts, model.contamination, self.seed)
            cohorts[name] = said.most_probable(CLASSES)
        return {
            "n_per_class": n_per_class,
            "alone": _counted(alone)["accuracy"],
            "size": size,
            "cohorts": _counted(cohorts)["accuracy"],
        }


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


def _strangers(said: Mapping[str, Said], rule: Rule) -> dict[str, Any]:
    """Return shares of what is claimed of mice, or cohorts, that are not as learned.

    ``wrong`` is a mechanism that does not act; ``right`` one that does, which only
    foreign ones have.
    """

    def shares(one: Said) -> dict[str, Any]:
        claims = np.array(one.claims(rule))
        mechanism, right = np.isin(claims, MECHANISMS), claims == one.acting
        return {
            "n": len(claims),
            "wrong": float(np.mean(mechanism & ~right)),
            "right": float(np.mean(mechanism & right)),
            "none": float(np.mean(claims == NONE)),
            "outside": float(np.mean(claims == OUTSIDE)),
        }

    return {
        "nulls": {group: shares(said[group]) for group in NULLS},
        "foreign": {group: shares(said[group]) for group in OUT_OF_DISTRIBUTION},
    }
