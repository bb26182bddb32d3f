"""Students of a reference circuit: what they share with it before they learn."""

from collections.abc import Mapping
from typing import Any

from minicolumn.config import Physics
from minicolumn.config.perturbation import References
from minicolumn.perturbation.depression import depression_of
from minicolumn.perturbation.effects import Bench
from minicolumn.perturbation.fits import Fitted
from minicolumn.perturbation.references import Reference
from minicolumn.perturbation.students import Student
from minicolumn.perturbation.variants import STUDENTS, identity_of


def student_of(
    name: str, reference: Reference, settings: References, physics: Physics
) -> Student:
    """Return the student of a name in `variants.STUDENTS`.

    It knows who is who, whether there is a stimulus, and, where its synapses depress,
    by which constants and from which rates.
    """
    variant, neurons, depression = STUDENTS[name], reference.neurons, None
    if variant.depression:
        depression = depression_of(
            neurons, reference.before_hz, physics, variant.true_constants
        )
    return Student(variant, neurons, settings.stimulus_nA > 0, depression)


def bench_of(
    name: Mapping[str, Any],
    fitted: Fitted,
    reference: Reference,
    settings: References,
    physics: Physics,
) -> Bench:
    """Return the bench of a fitted student, which ``name`` names as tables do."""
    student = student_of(name["student"], reference, settings, physics)
    identity = identity_of(*(name[key] for key in ("reference", "student", "start")))
    return Bench(student, fitted, reference, settings, physics, identity)
