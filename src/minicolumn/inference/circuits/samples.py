"""Sessions in, circuits that they could be out."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.inference.circuits.conditioning import AtRest
from minicolumn.inference.circuits.posterior import CircuitPosterior
from minicolumn.sessions.session import Session


def sampled(
    posterior: CircuitPosterior,
    session: Session,
    mechanisms: Sequence[str],
    draws: int,
    seed: int,
) -> dict[str, NDArray[np.float64]]:
    """Return circuits that one session could be, by mechanism.

    Parameters and level at rest, original units, (draws, inputs) each. They follow from
    its conditioning epochs, and from ``seed`` and its identity, whatever other sessions
    there are.
    """
    known = AtRest.of_epochs(session.conditioning, mechanisms)
    inputs = posterior.sample(known, draws, seed, key=session.identity)
    return dict(zip(mechanisms, inputs, strict=True))


def posterior_samples(
    posterior: CircuitPosterior, sessions: Iterable[Session], draws: int, seed: int
) -> Iterator[dict[str, Any]]:
    """Yield the columns of `tables.POSTERIOR_SAMPLES`, one session at a time.

    There are ``draws`` circuits per session and mechanism; see `sampled`.
    """
    for session in sessions:
        inputs = sampled(posterior, session, MECHANISMS, draws, seed)
        values = np.concatenate(list(inputs.values()))
        yield {
            "session_id": np.full(len(values), session.identity),
            "mechanism": np.repeat(MECHANISMS, draws),
            "draw": np.tile(np.arange(draws), len(MECHANISMS)),
            **dict(zip(posterior.prior.ranges, values.T, strict=True)),
        }
