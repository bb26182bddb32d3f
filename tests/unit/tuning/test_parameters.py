"""What is trained acts in the loop as the fitted circuit does when it is packed."""

import jax.numpy as jnp
import numpy as np
import pytest

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.family import family
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import parse_config
from minicolumn.simulation import packing
from minicolumn.simulation.equations import Program
from minicolumn.simulation.runs import Run
from minicolumn.tuning.parameters import MOST_IN_COMMON, SCALED, Trained

DYNAMICS = family("ei").dynamics


@pytest.fixture(scope="module", params=[0.0, 0.7], ids=["ampa", "nmda"])
def physics(request, settings):
    values = settings()
    values["synapses"]["nmda"]["ratio"] = request.param
    return parse_config(values)


def changed(trained, seed=1):
    rng = np.random.default_rng(seed)
    logs = rng.normal(0, 0.3, trained.log_factors.shape)
    logs[..., SCALED.index("common_fraction")] += (
        2.5 * (np.arange(len(logs)) == 1)[:, None]
    )
    return Trained(
        trained.weights_uS
        * jnp.asarray(rng.lognormal(0, 0.3, trained.weights_uS.shape)),
        jnp.asarray(rng.normal(0, 0.05, trained.bias_nA.shape)),
        jnp.asarray(logs),
    )


@pytest.mark.parametrize("change", [lambda trained: trained, changed])
def test_a_fitted_circuit_is_what_was_trained(physics, change):
    rows = parameter_rows(physics.prior, physics.seed, (0, 1, 2))
    circuits = build_circuits(rows, physics)
    padding = max(map(packing.padding_of, circuits))
    program = Program.of(DYNAMICS, padding, 100, physics)
    pack = lambda some: packing.pack(  # noqa: E731
        [Run(one) for one in some], padding, DYNAMICS, physics
    )
    trained = change(Trained.of(circuits, padding))
    inside = trained.applied(pack(circuits), program, physics)
    outside = pack(trained.circuits(circuits, padding))
    real = np.zeros(sum(padding), bool)
    for name, values in outside.weights.items():
        np.testing.assert_allclose(inside.weights[name], values, rtol=1e-6)
    for k, circuit in enumerate(circuits):
        real[:] = False
        real[packing.slots_of(circuit, padding)] = True
        for name in outside.background._fields:
            one, other = (getattr(b.background, name)[k, 0] for b in (inside, outside))
            chosen = real if one.size > 1 else np.array([True])
            np.testing.assert_allclose(
                np.asarray(one)[chosen], np.asarray(other)[chosen], rtol=2e-6, atol=1e-7
            )
        np.testing.assert_allclose(
            np.asarray(inside.channels["Km_gKm"])[k, 0][real],
            np.asarray(outside.channels["Km_gKm"])[k, 0][real],
            rtol=2e-6,
        )
    assert np.asarray(inside.background.common_fraction).max() <= MOST_IN_COMMON
