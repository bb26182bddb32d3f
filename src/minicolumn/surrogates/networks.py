"""The networks: from standardized inputs to standardized statistics."""

import torch
from torch import Tensor, nn

from minicolumn.config import Mlp, Transformer
from minicolumn.statistics.names import STATISTIC_NAMES


class CircuitMLP(nn.Module):
    """20-60-60-11 with the settings of ``config.yaml``: 5,591 weights.

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


class CircuitTransformer(nn.Module):
    """One token per parameter and one for the ACh level; a readout token listens.

    Each number x_i becomes the token x_i w_i + b_i with its own learned w_i and b_i
    (the feature tokenizer of Gorishniy et al. 2021, NeurIPS 34:18932). Encoder layers
    normalize before each sub-layer (Xiong et al. 2020, ICML 119:10524). With the
    settings of ``config.yaml`` it has 222,155 weights; the published one has 222K.
    """

    def __init__(self, settings: Transformer, n_inputs: int) -> None:
        super().__init__()
        d = settings.d_model
        self.token_weight = nn.Parameter(torch.empty(n_inputs, d))
        self.token_bias = nn.Parameter(torch.empty(n_inputs, d))
        self.readout = nn.Parameter(torch.empty(1, d))
        for parameter in (self.token_weight, self.token_bias, self.readout):
            nn.init.uniform_(parameter, -(d**-0.5), d**-0.5)
        self.layers = nn.ModuleList(
            EncoderLayer(d, settings.n_heads, settings.d_feedforward)
            for _ in range(settings.n_layers)
        )
        self.head = nn.Sequential(
            nn.LayerNorm(d),
            nn.Linear(d, settings.d_head),
            nn.GELU(),
            nn.Linear(settings.d_head, len(STATISTIC_NAMES)),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """Return statistics (rows, 11) of inputs (rows, inputs), both standardized."""
        tokens = inputs[:, :, None] * self.token_weight + self.token_bias
        tokens = torch.cat([self.readout.expand(len(inputs), 1, -1), tokens], dim=1)
        *earlier, last = self.layers
        for layer in earlier:
            tokens = layer(tokens, tokens)
        # Only the readout is read, so the last layer computes nothing else.
        return self.head(last(tokens[:, :1], tokens)[:, 0])


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward, each with a pre-norm residual connection."""

    def __init__(self, d_model: int, n_heads: int, d_feedforward: int) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.norm_attention = nn.LayerNorm(d_model)
        self.query = nn.Linear(d_model, d_model)
        self.key_value = nn.Linear(d_model, 2 * d_model)
        self.mix = nn.Linear(d_model, d_model)
        self.feedforward = nn.Sequential(
            nn.LayerNorm(d_model),
            nn.Linear(d_model, d_feedforward),
            nn.GELU(),
            nn.Linear(d_feedforward, d_model),
        )

    def forward(self, listeners: Tensor, tokens: Tensor) -> Tensor:
        """Update ``listeners`` (rows, n, d): they attend to ``tokens`` (rows, m, d)."""
        keys, values = self.key_value(self.norm_attention(tokens)).chunk(2, dim=-1)
        heard = nn.functional.scaled_dot_product_attention(
            self._by_head(self.query(self.norm_attention(listeners))),
            self._by_head(keys),
            self._by_head(values),
        )
        listeners = listeners + self.mix(heard.transpose(1, 2).flatten(2))
        return listeners + self.feedforward(listeners)

    def _by_head(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)
