"""How many epochs other rules would find in a session: counted, never used."""

import itertools
from collections.abc import Iterator
from typing import Any

from minicolumn.config import Epochs, Sensitivity
from minicolumn.files.store import columns_of
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.session_epochs import EpochRule, counts

AS_CONFIGURED = "as in epochs"


def count_epochs(
    recorded: Recorded, rule: EpochRule, sensitivity: Sensitivity
) -> dict[str, list[Any]]:
    """Return the columns of `minicolumn.files.tables.EPOCH_COUNTS`, one row per rule.

    Every combination in ``sensitivity`` is tried, and the run's own ``rule`` under the
    name `AS_CONFIGURED`. Epochs are counted before any balance. Thresholds of speed are
    tried only where speed says the state.
    """
    n_units = len(rule.select(recorded))
    return columns_of(
        [
            {
                "session_id": recorded.session_id,
                "thresholds": name,
                "stimulus": tried.epochs.stimulus,
                "window_s": tried.window_s,
                "n_units": n_units,
                "compared": rule.states.compared,
                **counts(tried.find(recorded)),
            }
            for name, tried in _rules(rule, sensitivity)
        ]
    )


def _rules(
    rule: EpochRule, sensitivity: Sensitivity
) -> Iterator[tuple[str, EpochRule]]:
    """Yield every combination, and the name of its thresholds; the run's own first."""
    others = {} if rule.states.by == "intervals" else sensitivity.thresholds
    thresholds = {AS_CONFIGURED: {}} | {
        name: values.model_dump() for name, values in others.items()
    }
    for name, stimulus, window_s in itertools.product(
        thresholds,
        dict.fromkeys((rule.epochs.stimulus, *sensitivity.stimulus)),
        dict.fromkeys((rule.window_s, *sensitivity.window_s)),
    ):
        tried = Epochs.model_validate(
            {**rule.epochs.model_dump(), **thresholds[name], "stimulus": stimulus}
        )
        yield name, EpochRule(rule.units, tried, window_s, rule.states)
