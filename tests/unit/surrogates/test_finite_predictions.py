"""A model that decodes and yet predicts nonsense is refused, not averaged."""

from types import SimpleNamespace

import numpy as np
import pytest

from minicolumn.errors import UnreadableModelError
from minicolumn.registry.lookup import Entry
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.models import Fitted

N = len(STATISTIC_NAMES)


@pytest.fixture
def predict(monkeypatch):
    """Return a function that predicts an array by a surrogate that gives just that."""
    scaling = SimpleNamespace(
        input_names=("level",), inputs=lambda x: x, original=lambda y: y
    )

    def predict(values):
        made = SimpleNamespace(predict=lambda *_: values)
        monkeypatch.setattr(Entry, "made", property(lambda _: made))
        fitted = Fitted("mlp", {}, {}, scaling, {})
        return fitted.predict(np.zeros((len(values), 1)))

    return predict


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_predictions_that_are_not_finite_are_refused(predict, wrong):
    values = np.ones((3, N))
    values[1, 2] = wrong
    with pytest.raises(UnreadableModelError, match="not finite"):
        predict(values)


def test_a_statistic_that_was_never_defined_may_be_missing(predict):
    values = np.ones((3, N))
    values[:, 4] = np.nan
    np.testing.assert_array_equal(predict(values), values)
