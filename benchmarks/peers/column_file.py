"""The scaled column that all simulators share, and its file.

Its parameters are the published ones. Weights and constant currents are those of this
engine, in pA; background inputs are those of the full size, which are Poisson in the
peers and Gaussian here.
"""

from pathlib import Path

import numpy as np

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.pd14 import full_column, scaled
from minicolumn.circuits.pd14.populations import FULL_SIZES, KINDS, sizes_of
from minicolumn.config import Config, parse_config
from minicolumn.config.settings import settings_of
from minicolumn.yaml_files import read_yaml

ROOT = Path(__file__).parents[2]
PUBLISHED = {
    "p_scale": 1.0,
    "psp_mV": 0.15,
    "g": 4.0,
    "background_exc_hz": 8.0,
    "background_inh_hz": 8.0,
    "max_mV": 0.0,
}


def configuration() -> Config:
    """Return the configuration of the family at published size."""
    overlay = {"circuits": {"family": "pd14"}}
    return parse_config(settings_of(read_yaml(ROOT / "config.yaml"), overlay))


def parameters_of(neurons: float, in_degree: float) -> dict[str, float]:
    """Return published parameters at shares of neurons and in-degree; all recorded."""
    n = round(neurons * sum(FULL_SIZES.values()))
    return PUBLISHED | {"n_neurons": n, "n_recorded": n, "in_degree": in_degree}


def write(
    path: Path, cfg: Config, circuit: Circuit, parameters: dict[str, float]
) -> None:
    """Write everything that a simulator needs to know as plain arrays."""
    pre, post = np.nonzero(circuit.weights_uS)
    sizes = sizes_of(int(parameters["n_neurons"]), 0.0)
    kind = np.repeat(np.arange(len(KINDS)), sizes)
    current_nA = scaled.currents_nA(parameters)
    per_uS = 1e3 * scaled.driving_mV(cfg) / scaled.charge_factor(cfg)
    compensation_nA = scaled.compensation_nA(parameters["in_degree"])
    np.savez(
        path,
        sizes=sizes,
        is_excitatory=np.array([of == "exc" for of in KINDS.values()])[kind],
        pre=pre,
        post=post,
        weight_pA=circuit.weights_uS[pre, post] * per_uS[kind[pre]],
        constant_pA=1e3 * compensation_nA[kind],
        background_pA=1e3 * current_nA[0, 0],
        background_inputs=full_column.EXTERNAL_INPUTS,
        background_hz=parameters["background_exc_hz"],
        dt_ms=cfg.simulation.dt_ms,
    )
