"""What a study says of mice like those learned from, alone or in cohorts, and again."""

from collections.abc import Callable, Mapping

from minicolumn.keys import Stream, generator
from minicolumn.validation.judged import Said
from minicolumn.validation.study import Study, redrawn

Answers = Mapping[str, Said]
"""By group of `mice.groups.LIKE_LEARNED`."""


def asked(
    study: Study, size: int, n_cohorts: int
) -> tuple[Answers, Callable[[], Answers]]:
    """Return answers about mice, or cohorts, and what gives those of redrawn mice.

    Each call of the second redraws others, and the k-th of every size the same. With
    ``size`` 1, mice are alone; else ``n_cohorts`` are drawn from the mice of each
    group, and redrawn mice take the places of those that they replace.
    """
    rng = generator(study.seed, Stream.RECOVERY_BOOTSTRAP)
    mice = dict(study.like_learned)
    if size == 1:
        return mice, lambda: {
            group: one.take(redrawn(one, rng)) for group, one in mice.items()
        }
    members = {
        group: one.cohorts(size, n_cohorts, study.seed) for group, one in mice.items()
    }
    cohorts = {
        group: study.of_cohorts(mice[group], of) for group, of in members.items()
    }
    return cohorts, lambda: {
        group: study.of_cohorts(one, redrawn(one, rng)[members[group]])
        for group, one in mice.items()
    }
