"""CircuitMLP: a small perceptron with two hidden layers."""

from torch import Tensor, nn

from minicolumn.config import Mlp
from minicolumn.statistics.names import STATISTIC_NAMES


class CircuitMLP(nn.Module):
    """19-60-60-11 with the settings of ``config.yaml``: 5,531 weights.

    The published one has 5.6K.
    """

    def __init__(self, settings: Mlp, n_inputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(n_inputs, settings.d_hidden),
            nn.GELU(),
            nn.Linear(settings.d_hidden, settings.d_hidden),
            nn.GELU(),
            nn.Linear(settings.d_hidden, len(STATISTIC_NAMES)),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """Return statistics (rows, 11) of inputs (rows, inputs), both standardized."""
        return self.layers(inputs)
