"""All students and controls, judged by circuit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from minicolumn.config import Physics
from minicolumn.config.perturbation import References
from minicolumn.perturbation.effects import Answer, Tested, controls
from minicolumn.perturbation.perturbations import Perturbation, perturbations
from minicolumn.perturbation.references import Reference
from minicolumn.perturbation.skill import scores
from minicolumn.perturbation.variants import LOSSES

Row = dict[str, Any]


def perturbed_rows(
    name: Mapping[str, Any],
    every: Sequence[Perturbation],
    tested: Tested,
    losses: tuple[float, float] | None,
) -> list[Row]:
    """Return rows of `PERTURBED_STUDENTS`.

    ``name`` is regime to start. Whole circuits have no ``losses``.
    """
    about = {
        **name,
        **dict(zip(LOSSES, losses or (None, None), strict=True)),
        "light_inh_per_nA": tested.light_per_nA[0],
        "light_exc_per_nA": tested.light_per_nA[1],
    }
    return [
        about
        | {
            "perturbation": one.name,
            "manipulation": one.manipulation,
            "strength": one.strength,
            "change_hz": tested.answer.change_hz[at].tolist(),
            "go_change": float(tested.answer.go_change[at]),
        }
        for at, one in enumerate(every)
    ]


def score_rows(
    references: Mapping[tuple[str, str], Reference],
    perturbed: pa.Table,
    settings: References,
    physics: Physics,
) -> Iterator[Row]:
    """Yield rows of `PERTURBATION_SCORES`: of controls, and of each student.

    ``references`` are by regime and name.
    """
    students: dict[tuple[str, str], dict[tuple[str, int], list[Row]]]
    students = defaultdict(dict)
    for row in perturbed.to_pylist():
        of_reference = students[row["regime"], row["reference"]]
        of_reference.setdefault((row["student"], row["start"]), []).append(row)
    for (regime, name), reference in references.items():
        every = perturbations(reference.neurons, settings, physics)
        of = {"regime": regime, "reference": name}
        for control, answer in controls(reference, every).items():
            about = of | {"student": control, "start": None} | dict.fromkeys(LOSSES)
            yield from (about | one for one in scores(reference, every, answer))
        for (student, start), rows in students[regime, name].items():
            about = of | {"student": student, "start": start}
            about |= {key: rows[0][key] for key in LOSSES}
            answer = Answer(
                np.array([row["change_hz"] for row in rows]),
                np.array([row["go_change"] for row in rows]),
            )
            yield from (about | one for one in scores(reference, every, answer))
