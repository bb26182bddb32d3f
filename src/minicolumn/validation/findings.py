"""What the recovery study finds: the document ``validation.json``."""

from dataclasses import dataclass

from minicolumn.inference.mechanism.answers import Rule
from minicolumn.inference.mechanism.calibration import Reliability
from minicolumn.inference.mechanism.learned import Confusion
from minicolumn.inference.mechanism.strata import Pooling
from minicolumn.validation.confound import Called
from minicolumn.validation.power import AtRise


@dataclass(frozen=True)
class Recovered:
    """Mice or cohorts of every class, by what one way said of them.

    Attributes
    ----------
    confusion
        By truth and claim; a tie is undecided.
    n
        Mice or cohorts.
    accuracy, wrong
        Mean over classes of the share that is assigned the true class, and another; a
        tie of k counts 1 / k. The rest are abstentions.
    interval
        95 % of ``accuracy``: bootstrap over mice.
    """

    confusion: Confusion
    n: int
    accuracy: float
    wrong: float
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Claimed:
    """Shares of what is claimed of mice, or cohorts, that are not as learned.

    Attributes
    ----------
    n
        Mice or cohorts.
    wrong, right
        A mechanism or rival that does not act, and one that does; the second is
        possible only in mice out of distribution.
    none, outside
        Neither, and outside the simulated domain; the rest is undecided.
    """

    n: int
    wrong: float
    right: float
    none: float
    outside: float


@dataclass(frozen=True)
class Alone:
    """What was said of single mice: ``recovery`` by way, the others by group."""

    recovery: dict[str, Recovered]
    nulls: dict[str, Claimed]
    out_of_distribution: dict[str, Claimed]


@dataclass(frozen=True)
class Cohorts(Alone):
    """What was said of cohorts of one ``size``."""

    size: int


@dataclass(frozen=True)
class Confound:
    """Cohorts in which a statistic is called changed: by group and statistic."""

    size: int
    called: dict[str, dict[str, Called]]


@dataclass(frozen=True)
class CurvePoint:
    """Share of right answers, alone and in cohorts, by mice learned from."""

    n_per_class: int
    alone: float
    size: int
    cohorts: float


@dataclass(frozen=True)
class OfEpochs:
    """What was said of single mice with so many epochs in each state, by way."""

    n_epochs: int
    recovery: dict[str, Recovered]


@dataclass(frozen=True)
class Findings:
    """Everything that was found.

    Attributes
    ----------
    n_learned, n_fresh, n_lacking
        Mice learned from by class; fresh mice by group, and those of them that lack a
        statistic and are not judged.
    negligible
        The largest rise of ACh that counts as none.
    rule, pooling, temperature
        As of `Rule` and `MechanismModel`.
    alone, cohorts
        What was said.
    by_epochs
        What was said of single mice of fewer epochs.
    by_rise
        What was claimed where all mice share the rise of ACh and the dose.
    calibration, log_loss
        Reliability of answers about mice and cohorts, and log loss of those about mice.
    confound
        What is called a change of coordination where only rates change.
    learning_curve
        By number of mice learned from.
    """

    n_learned: dict[str, int]
    n_fresh: dict[str, int]
    n_lacking: dict[str, int]
    negligible: float
    rule: Rule
    pooling: Pooling
    temperature: float
    alone: Alone
    cohorts: tuple[Cohorts, ...]
    by_epochs: tuple[OfEpochs, ...]
    by_rise: tuple[AtRise, ...]
    calibration: dict[str, Reliability]
    log_loss: float
    confound: Confound
    learning_curve: tuple[CurvePoint, ...]
