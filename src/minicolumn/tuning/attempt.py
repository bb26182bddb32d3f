"""The fits of one session, or a sentence that says why there are none."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.circuit import build_circuits
from minicolumn.config import Physics, Statistics
from minicolumn.config.tuned import ON_PARAMETERS, Fitting
from minicolumn.sessions.session import Session
from minicolumn.tuning.answers import members_of
from minicolumn.tuning.curves import Recorded
from minicolumn.tuning.fit import Fits, tune
from minicolumn.tuning.parametric import tune_parameters
from minicolumn.tuning.starts import Starts
from minicolumn.tuning.targets import Targets


def attempt(
    sessions: Sequence[Session],
    starts: Starts,
    sd: NDArray[np.float64],
    settings: Fitting,
    matching: Statistics,
    physics: Physics,
    recorded: Recorded | None = None,
) -> Fits | str:
    """Fit circuits to a session, if that can be done.

    ``sessions`` holds the session if it is scored; of it, only conditioning epochs are
    read. ``sd`` is that of `targets.epoch_sd`. ``recorded`` is what settings may need
    beside statistics (`Also.need_spikes`).
    """
    if not sessions:
        return "the session is not scored"
    session = sessions[0]
    targets = Targets.of(session.conditioning, sd, settings)
    if obstacle := targets.obstacle(len(session.conditioning), settings):
        return obstacle
    rows = starts.of(session)
    if not rows:
        return f"there is no circuit to start from: tuned.start={starts.kind}"
    if settings.update == ON_PARAMETERS:
        return tune_parameters(rows, targets, settings, matching, physics)
    circuits = build_circuits(rows, physics)
    members = [members_of(one, matching, physics.seed) for one in circuits]
    aims, n = None, len(circuits)
    if recorded is not None:
        aims = [recorded.curves(session, matching, settings, physics.seed)] * n
    return tune(circuits, members, [targets] * n, settings, physics, aims)
