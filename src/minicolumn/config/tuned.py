"""The section that says how circuits are fitted to sessions by gradients."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from minicolumn.config.base import Count, NonNegative, Positive, Section
from minicolumn.keys import FIT_TRIALS, JUDGED_TRIALS
from minicolumn.statistics.names import STATISTIC_NAMES

ByGradient = Literal["exponentiated", "log", "clamp", "cell_types", "fixed"]
ON_PARAMETERS: Final = "levenberg_marquardt"
"""The update that fits parameters of the prior, and not what they make."""
Update = Literal[ByGradient, "levenberg_marquardt"]
Start = Literal["nearest", "prior", "posterior"]
MOST_CIRCUITS = 100_000


class Rates(Section):
    """How far one step goes.

    ``weights`` is a natural logarithm, but in uS for the update ``clamp``;
    ``bias_nA`` is a current, and ``background`` again a logarithm.
    """

    weights: NonNegative
    bias_nA: NonNegative
    background: NonNegative


class Also(Section):
    """Weights in the loss of what is fitted beside statistics; 0 is not fitted."""

    unit_rates: NonNegative
    fano: NonNegative
    weight_distribution: NonNegative

    @property
    def need_spikes(self) -> bool:
        """Whether what is recorded has to be read again."""
        return self.unit_rates > 0 or self.fano > 0


class Fitting(Section):
    """What a fit depends on, besides the session and the circuits it starts from."""

    update: Update
    steps: Annotated[int, Field(gt=1, le=len(FIT_TRIALS))]
    rates: Rates
    gain: Annotated[float, Field(ge=0, le=1)]
    untrained: tuple[str, ...]
    epochs_at_least: Annotated[int, Field(ge=2)]
    loss_log_offset: Positive
    loss_root_offset: Positive
    also: Also

    @model_validator(mode="after")
    def _parameters_have_statistics_alone(self) -> Self:
        if self.update == ON_PARAMETERS and any(self.also.model_dump().values()):
            raise ValueError(
                f"also={self.also.model_dump()} needs gradients, which update="
                f"{self.update} has not: set all of it to 0, or choose another update"
            )
        return self

    @model_validator(mode="after")
    def _statistics_are_known(self) -> Self:
        if unknown := [one for one in self.untrained if one not in STATISTIC_NAMES]:
            raise ValueError(
                f"untrained={unknown} must name some of {', '.join(STATISTIC_NAMES)}"
            )
        return self


class MoreCircuits(Section):
    """How many further circuits are simulated at rest alone, and in one job."""

    count: Annotated[int, Field(ge=0, le=MOST_CIRCUITS)]
    per_shard: Count


class Tuned(Fitting):
    """Fits, the circuits they start from, and how they are judged."""

    start: Start
    n_starts: Count
    more_circuits: MoreCircuits
    trials: Annotated[int, Field(gt=0, le=len(JUDGED_TRIALS))]

    def fitting(self) -> dict[str, object]:
        """Return what a fit depends on, as plain values."""
        return self.model_dump(mode="json", include=set(Fitting.model_fields))
