import torch

from minicolumn.config import Transformer
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.networks import (
    CircuitMLP,
    CircuitTransformer,
    EncoderLayer,
)

N_INPUTS = 20


def n_weights(network):
    return sum(weights.numel() for weights in network.parameters())


def test_transformer_has_the_published_size(cfg):
    count = n_weights(CircuitTransformer(cfg.surrogates.transformer, N_INPUTS))
    assert count == 222_155
    assert 215_000 <= count <= 229_000


def test_mlp_has_the_published_size(cfg):
    assert n_weights(CircuitMLP(cfg.surrogates.mlp, N_INPUTS)) == 5_591


def test_rows_do_not_see_each_other(tiny):
    network = CircuitTransformer(Transformer(**tiny["transformer"]), N_INPUTS).eval()
    inputs = torch.randn(7, N_INPUTS)
    together = network(inputs)
    assert together.shape == (7, len(STATISTIC_NAMES))
    alone = torch.cat([network(row[None]) for row in inputs])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)


def test_every_input_matters_to_the_transformer(tiny):
    network = CircuitTransformer(Transformer(**tiny["transformer"]), N_INPUTS)
    inputs = torch.randn(5, N_INPUTS, requires_grad=True)
    (gradient,) = torch.autograd.grad(network(inputs).square().sum(), inputs)
    assert (gradient.abs() > 0).all()


def test_a_listener_hears_what_it_would_hear_among_all():
    """The short cut of the last layer changes no number."""
    layer = EncoderLayer(16, n_heads=2, d_feedforward=32)
    tokens = torch.randn(3, 6, 16)
    torch.testing.assert_close(
        layer(tokens[:, :1], tokens), layer(tokens, tokens)[:, :1]
    )


def test_attention_agrees_with_torchs_own_encoder_layer():
    ours = EncoderLayer(16, n_heads=2, d_feedforward=32)
    theirs = torch.nn.TransformerEncoderLayer(
        16, 2, 32, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )
    norm, first, _, second = ours.feedforward
    attention = theirs.self_attn
    with torch.no_grad():
        for weights in ours.parameters():
            weights.normal_(std=0.3)
        attention.in_proj_weight.copy_(
            torch.cat([ours.query.weight, ours.key_value.weight])
        )
        attention.in_proj_bias.copy_(torch.cat([ours.query.bias, ours.key_value.bias]))
        for mine, other in (
            (ours.mix, attention.out_proj),
            (ours.norm_attention, theirs.norm1),
            (norm, theirs.norm2),
            (first, theirs.linear1),
            (second, theirs.linear2),
        ):
            other.weight.copy_(mine.weight)
            other.bias.copy_(mine.bias)
    tokens = torch.randn(3, 6, 16)
    torch.testing.assert_close(ours(tokens, tokens), theirs(tokens))
