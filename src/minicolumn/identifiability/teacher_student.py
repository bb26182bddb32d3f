"""What a connectome and some recorded neurons tell of the others.

Students have the connections and input of a teacher, and start from gains and biases of
their own. They are fitted to the currents into some of the teacher's neurons, and asked
about the others (Beiran and Litwin-Kumar 2025).
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.example_libraries.optimizers import adam
from numpy.typing import NDArray

from minicolumn.config.theory import Teacher, TeacherStudent
from minicolumn.identifiability.rate_network import (
    Known,
    Unknown,
    currents,
    drawn,
    participation_ratio,
)
from minicolumn.keys import Stream, generator


def rows(settings: TeacherStudent, seed: int) -> list[dict[str, Any]]:
    """Return the rows of `tables.TEACHER_STUDENT`, one per student and teacher."""
    return [
        row for one in settings.teachers for row in _of_teacher(one, settings, seed)
    ]


def _of_teacher(
    teacher: Teacher, settings: TeacherStudent, seed: int
) -> Iterator[dict[str, Any]]:
    n, dimensions = teacher.neurons, teacher.dimensions
    rng = generator(seed, Stream.TEACHER_STUDENT, n, dimensions)
    known, truth = drawn(rng, n, dimensions), Unknown.drawn(rng, n)
    target = currents(known, truth)
    students, numbers = range(settings.students), settings.recorded_of(teacher)
    # Each student records its neurons in an order of its own, and more include fewer.
    order = np.stack([rng.permutation(n) for _ in students])
    recorded = jnp.asarray(np.concatenate([order < number for number in numbers]))
    begun = Unknown.drawn(rng, settings.students, n)
    start = Unknown(*(jnp.tile(one, (len(numbers), 1)) for one in begun))
    fitted = fit(known, target, recorded, start, settings)
    moved = parameter_error(fitted, truth) / parameter_error(start, truth)
    errors = errors_of(known, target, recorded, fitted)
    for place, (number, student) in enumerate(product(numbers, students)):
        yield {
            "n_neurons": n,
            "rank": dimensions,
            "dimension": participation_ratio(target),
            "n_recorded": number,
            "student": student,
            **{name: float(values[place]) for name, values in errors.items()},
            "parameter_error": float(moved[place]),
        }


def fit(
    known: Known,
    target: Array,
    recorded: Array,
    start: Unknown,
    settings: TeacherStudent,
) -> Unknown:
    """Return students after Adam's steps on the error of their recorded neurons.

    Parameters
    ----------
    known
        Connections and input.
    target
        Currents of the teacher, (steps, N).
    recorded
        Which neurons each student knows, (students, N).
    start
        Where each student starts, (students, N); without recordings it stays there.
    settings
        Number of steps, and the rate of the first.
    """
    begin, update, unknown_of = adam(lambda step: _rate(step, settings))

    def one(recorded: Array, start: Unknown) -> Unknown:
        def step(number: Any, state: Any) -> Any:
            gradient = jax.grad(_error)(unknown_of(state), known, target, recorded)
            return update(number, gradient, state)

        return unknown_of(jax.lax.fori_loop(0, settings.steps, step, begin(start)))

    return jax.jit(jax.vmap(one))(recorded, start)


def _rate(step: Any, settings: TeacherStudent) -> Array:
    """Return the rate of a step, which falls to 0 as a cosine."""
    return settings.rate * (1 + jnp.cos(jnp.pi * step / settings.steps)) / 2


def errors_of(
    known: Known, target: Array, recorded: Array, unknown: Unknown
) -> dict[str, NDArray[np.float64]]:
    """Return the errors of each student, over recorded and over unrecorded neurons.

    An error is the mean over neurons of the squared difference over the variance of the
    teacher in time; it is missing where there are no such neurons.
    """
    error = jax.vmap(_error, (0, None, None, 0))
    parts = {"error_recorded": recorded, "error_unrecorded": ~recorded}
    return {
        name: np.where(which.any(axis=1), error(unknown, known, target, which), np.nan)
        for name, which in parts.items()
    }


def parameter_error(unknown: Unknown, truth: Unknown) -> NDArray[np.float64]:
    """Return the RMS difference of each student's log gains and biases."""
    off = [one - other for one, other in zip(unknown, truth, strict=True)]
    return np.sqrt(np.mean(np.square(off), axis=(0, 2)))


def _error(unknown: Unknown, known: Known, target: Array, which: Array) -> Array:
    squared = jnp.mean((currents(known, unknown) - target) ** 2, axis=0)
    relative = squared / jnp.var(target, axis=0)
    return jnp.sum(which * relative) / jnp.maximum(jnp.sum(which), 1)
