"""What a model says of fresh mice, alone and in cohorts, compared with the truth."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import ACTING, CLASSES, NONE
from minicolumn.config.inference import Classifier
from minicolumn.domain.typicality import Domain
from minicolumn.errors import UnreadableTableError
from minicolumn.inference.mechanism.answers import OF_ALL, OUTSIDE, Rule
from minicolumn.inference.mechanism.calibration import (
    Reliability,
    log_loss,
    reliability,
)
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.inference.mechanism.published import constant_directions
from minicolumn.keys import Stream, generator
from minicolumn.mice.groups import (
    BY_RISE,
    LEARNED_NULLS,
    LIKE_LEARNED,
    NULLS,
)
from minicolumn.sessions.features import feature_table
from minicolumn.sessions.lengths import longest
from minicolumn.sessions.session import Session
from minicolumn.sessions.simulated import Known, mice_of
from minicolumn.validation.confound import shares_called
from minicolumn.validation.findings import (
    Alone,
    Claimed,
    Cohorts,
    Confound,
    CurvePoint,
    Findings,
    OfEpochs,
)
from minicolumn.validation.judged import Judged, Said, acting_in
from minicolumn.validation.power import AtRise, parts_of, shares
from minicolumn.validation.recovery import accuracy, recovered

N_EPOCHS = (3, 4, 6, 8, 16, 32, 64)
"""Epochs in each state: what is said of mice that have so few, and more."""
RESAMPLES = 200
"""Times that mice are redrawn for the intervals of recovery."""


@dataclass(frozen=True, eq=False)
class Study:
    """A model, the mice it learned from, and fresh mice by group.

    Groups that are not of `mice.groups` are out of distribution. A rise of ACh up to
    ``negligible``-fold counts as none.
    """

    model: MechanismModel
    fresh: Mapping[str, pa.Table]
    learned_from: pa.Table
    settings: Classifier
    rule: Rule
    negligible: float
    seed: int

    @cached_property
    def _learned(self) -> tuple[list[Session], Known]:
        return mice_of(self.learned_from)

    @cached_property
    def _domain(self) -> Domain:
        mice, known = self._learned
        return Domain(mice, known.classes)

    @cached_property
    def _directions(self) -> NDArray[np.float64]:
        mice, known = self._learned
        return constant_directions(feature_table(mice), known.classes)

    def judge(self, fresh: pa.Table, n_epochs: int | None = None) -> Judged:
        """Judge mice of a table of the kind `tables.COHORT`, wherever they are from.

        With ``n_epochs``, of each state no more than so many epochs count.
        """
        mice, _ = mice_of(fresh)
        if n_epochs is not None:
            mice = [one.at_most(n_epochs, n_epochs) for one in mice]
        # Mice without a whole window in both states are no sessions.
        whole = np.isin(np.unique(fresh["circuit_id"]), [one.identity for one in mice])
        acting = acting_in(fresh, self.negligible)[whole]
        return Judged.of(self.model, self._domain, self._directions, mice, acting)

    @cached_property
    def _judged(self) -> dict[str, Judged]:
        named = (group for group in self.fresh if group not in BY_RISE)
        judged = {group: self.judge(self.fresh[group]) for group in named}
        if empty := [group for group, one in judged.items() if not len(one.table)]:
            raise UnreadableTableError(
                f"no mouse of {empty[0]} can be judged: each lacks a statistic that "
                "was learned from, or a whole window in one state. If it is one of "
                "validation.others, leave it out or describe longer windows"
            )
        return judged

    @property
    def n_learned(self) -> dict[str, int]:
        """Mice that were learned from, by class."""
        return {name: self._learned[1].truths.count(name) for name in CLASSES}

    def findings(
        self,
        cohort_sizes: Sequence[int],
        n_cohorts: int,
        learning_curve: Sequence[int],
    ) -> Findings:
        """Return everything that was found."""
        n_learned = self.n_learned
        n_fresh = {
            group: len(acting_in(one, self.negligible))
            for group, one in self.fresh.items()
        }
        calibration, loss = self._calibration(cohort_sizes, n_cohorts)
        largest = max(cohort_sizes)
        called = shares_called(self.fresh, largest, n_cohorts, self.seed)
        return Findings(
            n_learned=n_learned,
            n_fresh=n_fresh,
            n_lacking={
                g: n_fresh[g] - len(one.table) for g, one in self._judged.items()
            },
            negligible=self.negligible,
            rule=self.rule,
            pooling=self.model.pooling,
            temperature=self.model.temperature,
            alone=self._alone(),
            cohorts=tuple(self._together(size, n_cohorts) for size in cohort_sizes),
            by_epochs=tuple(self._by_epochs()),
            by_rise=tuple(self._by_rise(cohort_sizes, n_cohorts)),
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
        return self._summary(self._judged, self._redrawing(dict(self.like_learned)))

    def _by_epochs(self) -> Iterator[OfEpochs]:
        most = max(longest(self._learned[0]))
        for n in (n for n in N_EPOCHS if n <= most):
            said = {group: self.judge(self.fresh[group], n) for group in LIKE_LEARNED}
            again = self._redrawing(said)
            yield OfEpochs(n, recovered(said, again, self.rule, RESAMPLES))

    def _redrawing(
        self, judged: Mapping[str, Judged]
    ) -> Callable[[], Mapping[str, Said]]:
        """Return what gives these answers about redrawn mice, each call of others."""
        rng = generator(self.seed, Stream.RECOVERY_BOOTSTRAP)
        return lambda: {
            group: one.take(redrawn(one, rng)) for group, one in judged.items()
        }

    def _together(self, size: int, n_cohorts: int) -> Cohorts:
        rng = generator(self.seed, Stream.RECOVERY_BOOTSTRAP, size)
        members = {
            group: one.cohorts(size, n_cohorts, self.seed)
            for group, one in self._judged.items()
        }
        found = self._summary(
            {g: self.of_cohorts(self._judged[g], m) for g, m in members.items()},
            lambda: {
                group: self.of_cohorts(one, redrawn(one, rng)[members[group]])
                for group, one in self.like_learned
            },
        )
        return Cohorts(**vars(found), size=size)

    @property
    def like_learned(self) -> list[tuple[str, Judged]]:
        """Answers about mice of the kinds learned from, by group."""
        return [(group, self._judged[group]) for group in LIKE_LEARNED]

    def _by_rise(self, sizes: Sequence[int], n_cohorts: int) -> Iterator[AtRise]:
        for group, mechanism in BY_RISE.items():
            for rise, max_mV, mice in parts_of(self.fresh[group]):
                alone = self.judge(mice)
                said = {1: alone} | {
                    size: self.of_cohorts(
                        alone, alone.cohorts(size, n_cohorts, self.seed)
                    )
                    for size in sizes
                    # Of hardly more mice there is hardly more than one cohort.
                    if 2 * size <= len(alone.acting)
                }
                small = rise <= self.negligible
                of = dict.fromkeys((1, *sizes)) | {
                    size: shares(one.claims(self.rule), mechanism, small)
                    for size, one in said.items()
                }
                yield AtRise(mechanism, rise, max_mV, of)

    def of_cohorts(self, judged: Judged, members: NDArray[np.int64]) -> Said:
        """Return answers about cohorts, whose mice are ``members`` (n, size)."""
        model, rule = self.model, self.rule
        return judged.together(members, model.pooling, rule.false_alarm)

    def _summary(
        self, said: Mapping[str, Said], redrawn: Callable[[], Mapping[str, Said]]
    ) -> Alone:
        unlike = (group for group in said if group not in (*LIKE_LEARNED, *NULLS))
        nulls, others = (
            {group: _claimed(said[group], self.rule) for group in groups}
            for groups in (NULLS, unlike)
        )
        recovery = recovered(said, redrawn, self.rule, RESAMPLES)
        return Alone(recovery, nulls, others)

    def _calibration(
        self, sizes: Sequence[int], n_cohorts: int
    ) -> tuple[dict[str, Reliability], float]:
        """Return the reliability of answers about mice of the kinds learned from.

        Every class weighs the same: those without a mechanism are a third of each kind.
        """
        n = min(len(self._judged[name].table) for name in LIKE_LEARNED)
        share = n // len(LEARNED_NULLS)
        parts = [(name, n) for name in ACTING]
        parts += [(name, share) for name in LEARNED_NULLS]
        truth = np.array([_class_of(name) for name, size in parts for _ in range(size)])
        alone = np.concatenate(
            [self._judged[name].log_probability[:size] for name, size in parts]
        )
        found = {"mice": reliability(np.exp(alone), truth)}
        classes = np.repeat([_class_of(name) for name in ACTING], n_cohorts)
        for size in sizes:
            cohorts = [
                self.of_cohorts(one, one.cohorts(size, n_cohorts, self.seed))
                for one in (self._judged[name] for name in ACTING)
            ]
            posterior = np.concatenate([one.log_probability for one in cohorts])
            found[f"cohorts of {size}"] = reliability(np.exp(posterior), classes)
        return found, log_loss(alone, truth)

    def _learned_from_some(
        self, n_per_class: int, n_cohorts: int, size: int
    ) -> CurvePoint:
        mice, known = self._learned
        kept = known.first_of_each(n_per_class)
        some = [mice[mouse] for mouse in kept]
        model, _ = MechanismModel.fit(some, known.take(kept), self.settings, self.seed)
        judged = {group: one.judged_by(model) for group, one in self.like_learned}
        cohorts = {
            group: one.together(
                one.cohorts(size, n_cohorts, self.seed),
                model.pooling,
                self.rule.false_alarm,
            )
            for group, one in judged.items()
        }
        alone, together = (
            accuracy(said, OF_ALL, self.rule) for said in (judged, cohorts)
        )
        return CurvePoint(n_per_class, alone, size, together)


def _class_of(group: str) -> int:
    return CLASSES.index(group if group in ACTING else NONE)


def redrawn(judged: Judged, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return as many mice as there are, drawn with replacement."""
    n = len(judged.acting)
    return rng.integers(n, size=n)


def _claimed(said: Said, rule: Rule) -> Claimed:
    claims = np.array(said.claims(rule))
    acting, right = np.isin(claims, ACTING), claims == said.acting
    return Claimed(
        n=len(claims),
        wrong=float(np.mean(acting & ~right)),
        right=float(np.mean(acting & right)),
        none=float(np.mean(claims == NONE)),
        outside=float(np.mean(claims == OUTSIDE)),
    )
