"""Standardization, learned from training rows and from nothing else."""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.scales import within_domain
from minicolumn.surrogates.dataset import TrainingRows

WINSOR_PERCENTILES = (1.0, 99.0)
# A statistic that fewer training rows define is not learned: it is predicted as NaN.
LEAST_TARGETS = 20


@dataclass(frozen=True, eq=False)
class Standardizer:
    """Maps inputs and targets to about zero mean and unit SD, and back.

    Attributes
    ----------
    input_names
        In order; the last is the ACh level.
    log
        Which inputs are replaced by their logarithm first, (inputs,).
    input_mean, input_sd
        Of the training inputs after logarithms, (inputs,).
    input_low, input_high
        Range of each input in the prior, or of the training levels, (inputs,).
    target_low, target_high
        Training percentiles to which all targets are winsorized, (11,).
    target_mean, target_sd
        Of the winsorized training targets, (11,).
    learnable
        Statistics with at least `LEAST_TARGETS` training targets, (11,).
    """

    input_names: tuple[str, ...]
    log: NDArray[np.bool_]
    input_mean: NDArray[np.float64]
    input_sd: NDArray[np.float64]
    input_low: NDArray[np.float64]
    input_high: NDArray[np.float64]
    target_low: NDArray[np.float64]
    target_high: NDArray[np.float64]
    target_mean: NDArray[np.float64]
    target_sd: NDArray[np.float64]
    learnable: NDArray[np.bool_]

    @classmethod
    def fit(cls, train: TrainingRows) -> Self:
        """Learn the scales.

        Raises
        ------
        TypeError
            If ``train`` is any other kind of rows: validation and test rows must not
            influence what a surrogate sees.
        """
        if not isinstance(train, TrainingRows):
            raise TypeError(
                f"Standardizer.fit got {type(train).__name__}: it takes TrainingRows "
                "only, so that no held-out circuit leaks into the scales"
            )
        log = train.log_inputs
        input_low, input_high = train.input_ranges()
        inputs = _with_logarithms(train.inputs, log)
        learnable = np.isfinite(train.targets).sum(axis=0) >= LEAST_TARGETS
        # Zeros replace what is not learned; `learnable` hides them.
        targets = np.where(learnable, train.targets, 0.0)
        low, high = np.nanpercentile(targets, WINSOR_PERCENTILES, axis=0)
        winsorized = np.clip(targets, low, high)
        return cls(
            input_names=train.input_names,
            log=log,
            input_mean=inputs.mean(axis=0),
            input_sd=_nonzero(inputs.std(axis=0)),
            input_low=input_low,
            input_high=input_high,
            target_low=low,
            target_high=high,
            target_mean=np.nanmean(winsorized, axis=0),
            target_sd=_nonzero(np.nanstd(winsorized, axis=0)),
            learnable=learnable,
        )

    def inputs(self, original: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return standardized inputs, (rows, inputs)."""
        return (_with_logarithms(original, self.log) - self.input_mean) / self.input_sd

    def outside(self, original: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which inputs, (rows, inputs), lie outside of what was learned from."""
        return (original < self.input_low) | (original > self.input_high)

    def targets(self, original: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return winsorized, standardized targets, (rows, 11); NaN where missing."""
        winsorized = np.clip(original, self.target_low, self.target_high)
        standardized = (winsorized - self.target_mean) / self.target_sd
        return np.where(self.learnable, standardized, np.nan)

    def original(self, standardized: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return predictions in original units, each within its statistic's domain.

        NaN for what was not learned.
        """
        values = standardized * self.target_sd + self.target_mean
        values = within_domain(values, STATISTIC_NAMES)
        return np.where(self.learnable, values, np.nan)

    @property
    def not_learned(self) -> list[str]:
        """Names of the statistics with too few training targets."""
        return np.asarray(STATISTIC_NAMES)[~self.learnable].tolist()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the scales by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)[1:]}


def _with_logarithms(
    inputs: NDArray[np.float64], log: NDArray[np.bool_]
) -> NDArray[np.float64]:
    return np.where(log, np.log(np.where(log, inputs, 1.0)), inputs)


def _nonzero(sd: NDArray[np.float64]) -> NDArray[np.float64]:
    # A constant has no scale of its own; 1 leaves it at 0 after centering.
    return np.where(sd > 0, sd, 1.0)
