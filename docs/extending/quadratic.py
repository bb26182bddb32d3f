"""A surrogate: ridge regression on the inputs, their squares and products."""

import numpy as np

from minicolumn.registry import surrogate


@surrogate("quadratic")
class Quadratic:
    """One set of weights for each statistic, from the rows that define it."""

    @staticmethod
    def fit(task):
        """Return the weights, (terms, statistics)."""
        weights = np.zeros((_terms(task.inputs).shape[1], task.targets.shape[1]))
        for statistic, defined in enumerate(np.isfinite(task.targets).T):
            x, y = _terms(task.inputs[defined]), task.targets[defined, statistic]
            weights[:, statistic] = np.linalg.solve(x.T @ x + np.eye(len(x.T)), x.T @ y)
        return {"weights": weights}

    @staticmethod
    def predict(learned, inputs):
        """Return standardized statistics, (rows, statistics)."""
        return _terms(inputs) @ learned["weights"]


def _terms(inputs):
    i, j = np.triu_indices(inputs.shape[1])
    return np.column_stack([np.ones(len(inputs)), inputs, inputs[:, i] * inputs[:, j]])
