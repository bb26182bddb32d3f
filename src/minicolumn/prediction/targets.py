"""What is predicted: recorded sessions, and mice whose mechanism is known.

The second are the positive control. A method that cannot tell in which direction a
mouse of its own model family goes, under its own mechanism, has no business predicting
animals.
"""

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from minicolumn.arrays import strings
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.learning.splits import SplitRule
from minicolumn.outcomes import Outcome
from minicolumn.prediction.combinations import HELD_OUT, SESSION
from minicolumn.sessions.session import Observed, Session, sessions_of
from minicolumn.sessions.simulated import recordable
from minicolumn.states import STATES

_STATE = ("state", "state_name")


@dataclass(frozen=True, eq=False)
class Target:
    """One session to be predicted.

    Attributes
    ----------
    kind
        ``session`` or ``held_out``.
    session
        Its epochs, of which selectors may know `Session.conditioning` alone.
    observed
        Its medians, and so its change.
    mechanisms
        What acetylcholine may do to it: every mechanism for a recorded session, the
        true one for a held-out mouse.
    compared
        The names of its states, in the direction of the change.
    """

    kind: str
    session: Session
    observed: Observed
    mechanisms: tuple[str, ...]
    compared: str = "stationary to running"

    @property
    def identity(self) -> int:
        """Identity of the session, or of the circuit of the mouse."""
        return self.session.identity


def recorded_targets(recorded: pa.Table, least: int) -> list[Target]:
    """Return the sessions of a table of the kind `tables.RECORDED_STATISTICS`.

    ``least`` epochs of a state must define a statistic for its change to count.
    """
    names = dict(zip(*(recorded[k].to_pylist() for k in _STATE), strict=True))
    compared = " to ".join(names.get(state) or state for state in STATES)
    return [
        Target(SESSION, one, Observed.of(one, least), MECHANISMS, compared)
        for one in sessions_of(recorded)
    ]


def held_out_targets(
    cohort: pa.Table, rule: SplitRule, most: int, least: int
) -> list[Target]:
    """Return mice that no model was trained on, as if they were recorded sessions.

    They are at most so many of the test split of each mechanism in a table of the kind
    `tables.COHORT`; mice without a mechanism, and windows whose simulation failed, are
    left out. ``least`` is as of `recorded_targets`.
    """
    held_out = rule.members(cohort["circuit_id"].to_numpy(), "test")
    kept = held_out & (strings(cohort, "outcome") != Outcome.NOT_FINITE)
    table = recordable(cohort.filter(pa.array(kept, pa.bool_())))
    truth = dict(
        zip(table["circuit_id"].to_pylist(), table["truth"].to_pylist(), strict=True)
    )
    found: list[Target] = []
    n: Counter[str] = Counter()
    for one in sessions_of(table, "circuit_id"):
        mechanism = truth[one.identity]
        if mechanism in MECHANISMS and len(one.conditioning) and n[mechanism] < most:
            n[mechanism] += 1
            observed = Observed.of(one, least)
            found.append(Target(HELD_OUT, one, observed, (mechanism,)))
    return found
