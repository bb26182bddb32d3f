"""Every random stream and every range of identities, named once.

A random number is a function of the seed, of what it is for, and of whom it concerns:
never of the order of calls. What it is for is a `Stream`; whom it concerns is an
identity, such as that of a circuit. The background of a simulation has a counter-based
generator of its own (`minicolumn.simulation.noise`), keyed by the same seed and
identities.
"""

from enum import IntEnum, unique

import numpy as np


@unique
class Stream(IntEnum):
    """What random numbers are for.

    No value is 0: NumPy takes ``[seed, identity]`` and ``[seed, identity, 0]`` for one
    stream.
    """

    # Circuits and mice
    SPEED = 1  # of synthetic sessions
    DECOYS = 2  # units of synthetic sessions that selection must drop
    PARAMETERS = 101
    WIRING = 102
    MOUSE = 103  # levels and confounds
    RECORDED_NEURONS = 104
    POISSON = 105
    VALIDATION_MOUSE = 106
    BALANCE = 107  # epochs kept, of recorded sessions
    LOST_SPIKES = 108
    # Statistics; named by their text since they were first drawn
    SUBSETS = int.from_bytes(b"subsets")
    THINNING = int.from_bytes(b"thinning")
    # Surrogates
    SPLITS = 201
    SHUFFLED_LEVELS = 202
    BATCHES = 203
    INITIAL_WEIGHTS = 204
    SURROGATE_BOOTSTRAP = 205
    # Inference
    MECHANISM_BATCHES = 301
    MECHANISM_FOLDS = 302
    MECHANISM_VARIANTS = 303
    POSTERIOR_CHECKS = 304
    PREDICTIONS = 305
    POSTERIOR_WEIGHTS = 306
    POSTERIOR_BATCHES = 307
    POSTERIOR_TRAINING = 311
    POSTERIOR_VALIDATION = 312
    POSTERIOR_SAMPLES = 313
    POSTERIOR_PLACES = 314  # of whole numbers within their interval of quantiles
    PREDICTIVE_CHECKS = 315
    TUNED_STARTS = 316
    # Judging
    VALIDATION_COHORTS = 401
    CONFOUNDED_COHORTS = 402
    POOLED_COHORTS = 403
    DOMAIN = 404
    RESAMPLING = 405
    RECOVERY_BOOTSTRAP = 406
    # Networks fitted to activity
    CURBD_WEIGHTS = 411
    CURBD_UNITS = 412  # of large groups
    CURBD_SHIFTS = 413
    # What users add, called once
    EXTENSION_CHECKS = 501
    # Perturbations; students are named by integers that follow from their names
    BETWEEN_AREAS = 601  # connections, and neurons that are recorded
    STUDENT_WEIGHTS = 602
    STUDENT_BATCHES = 603
    STUDENT_NOISE = 604
    TEACHER_STUDENT = 605  # rate networks, and where their students start
    MICROPERTURBATIONS = 606  # neurons at random


def generator(seed: int, stream: Stream, *identity: int) -> np.random.Generator:
    """Return the random numbers of one stream and identity, from their beginning.

    Examples
    --------
    >>> first, again = (generator(1, Stream.WIRING, 7).random() for _ in range(2))
    >>> first == again
    True
    """
    return np.random.default_rng([seed, *identity, stream])


def integer_seed(seed: int, stream: Stream, *identity: int) -> int:
    """Return a seed for other generators of random numbers, such as PyTorch's."""
    return int(generator(seed, stream, *identity).integers(2**63))


# Whoever judges shares no circuit with whoever was learned from, and growing the number
# of one never meets the others.
BANK_CIRCUITS = range(1_000_000)
SYNTHETIC_CIRCUITS = range(1_000_000, 10_000_000)
TRAINING_CIRCUITS = range(10_000_000, 100_000_000)
VALIDATION_CIRCUITS = range(100_000_000, 900_000_000)
SYNTHETIC_SESSIONS = range(900_000_101, 901_000_101)
TUNED_CIRCUITS = range(1_000_000_000, 4_000_000_000)  # from draws of a posterior
REFERENCE_CIRCUITS = range(4_000_000_000, 4_200_000_000)  # those that students fit

# Trials of a circuit, each with another background; others count from 0.
FIT_TRIALS = range(1_000_000, 2_000_000)
JUDGED_TRIALS = range(2_000_000, 3_000_000)
REFERENCE_TRIALS = 1_000_000
"""Of one use: those that students learn from, perturbed ones, and others for a floor.

They are counted from 0 on, each use after the last.
"""

SYNTHETIC_PER_GROUP = 10_000
REFERENCES_PER_COUPLING = 1_000_000
VALIDATION_PER_GROUP = 1_000_000


def synthetic_circuits(group: int, per_group: int) -> range:
    """Return the circuits of one group of synthetic mice; more mice move nobody."""
    first = SYNTHETIC_CIRCUITS[group * SYNTHETIC_PER_GROUP]
    return range(first, first + per_group)


def synthetic_sessions(n_groups: int, per_group: int) -> list[int]:
    """Return the session ids of all synthetic mice, group by group."""
    return [
        SYNTHETIC_SESSIONS[group * SYNTHETIC_PER_GROUP + mouse]
        for group in range(n_groups)
        for mouse in range(per_group)
    ]


def validation_circuit(group: int, mouse: int) -> int:
    """Return the circuit of one mouse of a group of the validation."""
    return VALIDATION_CIRCUITS[group * VALIDATION_PER_GROUP + mouse]


def reference_circuits(coupling: int, number: int) -> range:
    """Return the circuits of the areas of a reference circuit; there are at most 10."""
    first = REFERENCE_CIRCUITS[10 * (coupling * REFERENCES_PER_COUPLING + number)]
    return range(first, first + 10)


def shard_names(n_circuits: int, per_shard: int) -> list[str]:
    """Return the zero-padded names of all shards."""
    return [f"{shard:04d}" for shard in range(-(-n_circuits // per_shard))]


def circuits_of_shard(shard: int, n_circuits: int, per_shard: int) -> tuple[int, int]:
    """Return the half-open range of circuits of one shard; the last may be shorter.

    Examples
    --------
    >>> [circuits_of_shard(shard, n_circuits=250, per_shard=100) for shard in range(3)]
    [(0, 100), (100, 200), (200, 250)]
    """
    first = shard * per_shard
    return first, min(first + per_shard, n_circuits)
