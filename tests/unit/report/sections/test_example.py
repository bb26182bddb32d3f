"""Which circuit is shown."""

import numpy as np
import pandas as pd

from minicolumn.report.sections.example import choose_example, rasters


def test_example_circuit_is_the_median_one_that_ran_well_at_every_level():
    def row(circuit, level, n_spikes, outcome="ok"):
        return {
            "circuit_id": circuit, "level": level, "outcome": outcome, "n_units": 2,
            "spike_unit": np.zeros(n_spikes),
        }  # fmt: skip

    table = pd.DataFrame(
        [row(c, a, n) for c, n in ((1, 5), (2, 50), (3, 20)) for a in (0.0, 0.5, 1.0)]
        + [row(4, 0.0, 20), row(4, 0.5, 20), row(4, 1.0, 0, "silent")]
    )

    chosen = choose_example(table)

    assert [row["circuit_id"] for row in chosen] == [3, 3, 3]
    assert [row["level"] for row in chosen] == [0.0, 0.5, 1.0]


def test_shard_without_circuits_has_no_example():
    assert choose_example(pd.DataFrame({"level": [], "outcome": []})) == []


def test_nothing_to_show_is_said():
    (said,) = rasters([]).axes[0].texts
    assert said.get_text().startswith("no circuit")
