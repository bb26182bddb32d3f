"""What a model says of fresh mice, alone and in cohorts, compared with the truth."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, NONE, Truth
from minicolumn.config.inference import Classifier
from minicolumn.domain.typicality import Domain, places
from minicolumn.inference.mechanism.answers import OUTSIDE, Rule
from minicolumn.inference.mechanism.calibration import (
    Reliability,
    log_loss,
    reliability,
)
from minicolumn.inference.mechanism.learned import CLAIMS, confusion
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.inference.mechanism.published import by_direction, constant_directions
from minicolumn.mice.groups import LEARNED_NULLS, NULLS, OUT_OF_DISTRIBUTION
from minicolumn.scoring.evidence import evidence
from minicolumn.sessions.features import feature_table
from minicolumn.sessions.session import Session
from minicolumn.sessions.simulated import classes_of, mice_of
from minicolumn.validation.confound import shares_called
from minicolumn.validation.findings import (
    Alone,
    Claimed,
    Cohorts,
    Confound,
    CurvePoint,
    Findings,
    Recovered,
)
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
    def _learned(self) -> tuple[list[Session], list[Truth]]:
        return mice_of(self.learned_from)

    @cached_property
    def _judged(self) -> dict[str, Judged]:
        mice, truths = self._learned
        domain = Domain.of(places(feature_table(mice)), classes_of(truths))
        return {
            group: Judged.of(
                self.model, domain, feature_table(mice_of(table)[0]), acting_in(table)
            )
            for group, table in self.fresh.items()
        }

    def findings(
        self,
        cohort_sizes: Sequence[int],
        n_cohorts: int,
        learning_curve: Sequence[int],
    ) -> Findings:
        """Return everything that was found."""
        n_learned = {name: self._learned[1].count(name) for name in CLASSES}
        n_fresh = {group: len(acting_in(one)) for group, one in self.fresh.items()}
        calibration, loss = self._calibration(cohort_sizes, n_cohorts)
        largest = max(cohort_sizes)
        called = shares_called(self.fresh, largest, n_cohorts, self.seed)
        return Findings(
            n_learned=n_learned,
            n_fresh=n_fresh,
            n_lacking={g: n - len(self._judged[g].table) for g, n in n_fresh.items()},
            rule=self.rule,
            contamination=self.model.contamination,
            temperature=self.model.temperature,
            alone=self._alone(),
            cohorts=tuple(self._together(size, n_cohorts) for size in cohort_sizes),
            calibration=calibration,
            log_loss=loss,
            confound=Confound(largest, called),
            learning_curve=tuple(
                self._learned_from_some(n, n_cohorts, min(cohort_sizes))
                for n in learning_curve
                if n <= min(n_learned.values())
            ),
        )

    def _alone(self) -> Alone:
        mice, truths = self._learned
        directions = constant_directions(feature_table(mice), classes_of(truths))
        found = self._summary(self._judged)
        found.recovery["published method"] = _recovered(
            {name: by_direction(self._judged[name].table, directions)
             for name in MECHANISMS}
        )  # fmt: skip
        return found

    def _together(self, size: int, n_cohorts: int) -> Cohorts:
        said = {group: self._cohorts(group, size, n_cohorts) for group in self.fresh}
        return Cohorts(**vars(self._summary(said)), size=size)

    def _cohorts(self, group: str, size: int, n_cohorts: int) -> Said:
        return self._judged[group].cohorts(
            size,
            n_cohorts,
            self.model.contamination,
            self.rule.false_alarm,
            self.seed,
        )

    def _summary(self, said: Mapping[str, Said]) -> Alone:
        ways: dict[str, Callable[[Said], list[str]]] = {
            "most probable": lambda one: one.most_probable(CLASSES),
            "most probable of three": lambda one: one.most_probable(MECHANISMS),
            "claimed": lambda one: one.claims(self.rule),
        }
        recovery = {
            way: _recovered({name: say(said[name]) for name in MECHANISMS})
            for way, say in ways.items()
        }
        nulls, others = (
            {group: _claimed(said[group], self.rule) for group in groups}
            for groups in (NULLS, OUT_OF_DISTRIBUTION)
        )
        return Alone(recovery, nulls, others)

    def _calibration(
        self, sizes: Sequence[int], n_cohorts: int
    ) -> tuple[dict[str, Reliability], float]:
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
        found = {"mice": reliability(np.exp(alone), truth)}
        classes = np.repeat([_class_of(name) for name in MECHANISMS], n_cohorts)
        for size in sizes:
            cohorts = [self._cohorts(name, size, n_cohorts) for name in MECHANISMS]
            posterior = np.concatenate([one.log_probability for one in cohorts])
            found[f"cohorts of {size}"] = reliability(np.exp(posterior), classes)
        return found, log_loss(alone, truth)

    def _learned_from_some(
        self, n_per_class: int, n_cohorts: int, size: int
    ) -> CurvePoint:
        pairs = list(zip(*self._learned, strict=True))
        kept = [
            pair
            for name in CLASSES
            for pair in [one for one in pairs if one[1] == name][:n_per_class]
        ]
        mice, truths = zip(*kept, strict=True)
        model, _ = MechanismModel.fit(mice, truths, self.settings, self.seed)
        judged = {name: self._judged[name].judged_by(model) for name in MECHANISMS}
        cohorts = {
            name: one.cohorts(
                size, n_cohorts, model.contamination, self.rule.false_alarm, self.seed
            )
            for name, one in judged.items()
        }
        alone, together = (
            _recovered({name: one.most_probable(CLASSES) for name, one in said.items()})
            for said in (judged, cohorts)
        )
        return CurvePoint(n_per_class, alone.accuracy, size, together.accuracy)


def _class_of(group: str) -> int:
    return next((i for i, name in enumerate(CLASSES) if name == group), len(MECHANISMS))


def _recovered(said: Mapping[str, Sequence[str]]) -> Recovered:
    """Return counts by truth and what was said, and how many are right."""
    truths = [truth for truth, mine in said.items() for _ in mine]
    claims = [claim for mine in said.values() for claim in mine]
    right = sum(t == c for t, c in zip(truths, claims, strict=True))
    found = evidence(right, len(claims))
    return Recovered(
        confusion=confusion(truths, claims, CLAIMS),
        right=right,
        wrong=sum(c in CLASSES and t != c for t, c in zip(truths, claims, strict=True)),
        n=len(claims),
        accuracy=right / len(claims),
        interval=found.clopper_pearson if found else None,
    )


def _claimed(said: Said, rule: Rule) -> Claimed:
    claims = np.array(said.claims(rule))
    mechanism, right = np.isin(claims, MECHANISMS), claims == said.acting
    return Claimed(
        n=len(claims),
        wrong=float(np.mean(mechanism & ~right)),
        right=float(np.mean(mechanism & right)),
        none=float(np.mean(claims == NONE)),
        outside=float(np.mean(claims == OUTSIDE)),
    )
