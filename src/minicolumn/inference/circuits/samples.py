"""Sessions in, possible circuits out."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.files.store import columns_of
from minicolumn.files.tables import INFERRED_SESSIONS
from minicolumn.inference.circuits.conditioning import AtRest
from minicolumn.inference.circuits.posterior import CircuitPosterior
from minicolumn.surrogates.rows import INPUT_NAMES

Epochs = tuple[int, NDArray[np.float64]]


def posterior_samples(
    posterior: CircuitPosterior, sessions: Iterable[Epochs], draws: int, seed: int
) -> Iterator[dict[str, Any]]:
    """Yield the columns of `tables.POSTERIOR_SAMPLES`, one session at a time.

    Parameters
    ----------
    posterior
        From `posterior_archive.load`.
    sessions
        Identity of each and its stationary epochs, (epochs, 11).
    draws
        Circuits per session and mechanism.
    seed
        With the session's identity it decides its draws, whatever other sessions there
        are.
    """
    for session_id, epochs in sessions:
        known = AtRest.of_epochs(epochs, MECHANISMS)
        inputs = posterior.sample(known, draws, seed, key=session_id)
        columns = inputs.reshape(-1, len(INPUT_NAMES)).T
        yield {
            "session_id": np.full(len(MECHANISMS) * draws, session_id),
            "mechanism": np.repeat(MECHANISMS, draws),
            "draw": np.tile(np.arange(draws), len(MECHANISMS)),
            **dict(zip(INPUT_NAMES, columns, strict=True)),
        }


def inferred_sessions(
    posterior: CircuitPosterior, sessions: Iterable[Epochs], false_alarm: float
) -> dict[str, list[Any]]:
    """Return the columns of `tables.INFERRED_SESSIONS`.

    A session is in the domain if more than ``false_alarm`` of the simulated mice are
    at least as unusual at rest.
    """
    rows = []
    for session_id, epochs in sessions:
        known = AtRest.of_epochs(epochs, MECHANISMS[:1])
        p = float(posterior.p_domain(known)[0])
        rows.append(
            {
                "session_id": session_id,
                "n_epochs": len(epochs),
                "n_undefined": int(np.isnan(known.mean).sum()),
                "p_domain": p,
                "in_domain": p > false_alarm,
            }
        )
    return columns_of(rows, INFERRED_SESSIONS.names)
