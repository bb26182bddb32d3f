"""Two methods of prediction, on the same sessions."""

import numpy as np
import pandas as pd

from minicolumn.report.sections.published_method import compare


def test_both_methods_are_scored_on_the_same_sessions():
    observed = [1.0, 1.0, -1.0, -1.0, 1.0, 0.0]
    conditioned = [1.0, 1.0, -1.0, 1.0, np.nan, 1.0]
    key = {"session_id": range(6), "statistic": "fano", "training_set": "synaptic"}
    constant = pd.DataFrame({**key, "predicted": 1.0, "observed": observed})

    (found,) = compare(constant, constant.assign(predicted=conditioned))

    assert (found.constant.k, found.constant.n) == (2, 4)
    assert (found.conditioned.k, found.conditioned.n) == (3, 4)
    assert (found.constant_only, found.conditioned_only, found.p) == (0, 1, 1.0)
    assert compare(constant.iloc[:0], constant.iloc[:0]) == []
