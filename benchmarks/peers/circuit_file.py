"""The circuit that all engines simulate, and the file through which they receive it.

It has the median of every parameter of the prior, so it is not hand-picked, and any
size.
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.ei.dynamics import DYNAMICS
from minicolumn.circuits.ei.membrane import area_um2, channel_parameters, leak_nS
from minicolumn.circuits.ei.synapses import parameters_of, pathways
from minicolumn.circuits.ei.wiring import build_circuit
from minicolumn.config import Config, parse_config
from minicolumn.config.circuits import Range
from minicolumn.simulation.noise import BIN_MS, DRAW_MS
from minicolumn.simulation.runs import Run, runs_at_levels

ROOT = Path(__file__).parents[2]


def configuration(dt_ms: float | None = None) -> Config:
    """Return the configuration of published size, with another time step if given."""
    values = yaml.safe_load((ROOT / "config.yaml").read_text())
    if dt_ms:
        values["simulation"]["dt_ms"] = dt_ms
    return parse_config(values)


def median_circuit(cfg: Config, n: int) -> Circuit:
    """Return the circuit of ``n`` neurons with the prior's median parameters."""
    parameters = {name: _median(allowed) for name, allowed in cfg.prior.items()}
    parameters["n_neurons"] = n
    return build_circuit(0, parameters, cfg)


def _median(allowed: Range) -> float:
    if allowed.scale == "log":
        return float(np.sqrt(allowed.low * allowed.high))
    return (allowed.low + allowed.high) / 2


def runs(cfg: Config, circuit: Circuit, trials: Sequence[int] = (0,)) -> list[Run]:
    """Return trials of the circuit at all ACh levels, by both mechanisms together."""
    return runs_at_levels([circuit], "combined", cfg, trials=trials)


def write(path: Path, cfg: Config, circuit: Circuit) -> None:
    """Write everything that an engine needs to know as plain arrays.

    The fields of `Circuit` and of the channels have their own names; of L levels and N
    neurons there are the current ``shift_nA``, (L, N), and for each of the pathways EE,
    EI and I the utilization, (L,), the times in ms and the reversal in mV.
    """
    synapses = cfg.synapses
    if synapses.nmda.ratio > 0 or synapses.release != "tsodyks_markram":
        raise SystemExit("the peers know Tsodyks-Markram AMPA and GABA-A synapses only")
    if synapses.transmission_ms != BIN_MS:
        raise SystemExit("the peers transmit spikes once per millisecond")
    kinds = DYNAMICS.of_neurons(circuit.sizes)
    conditions = runs(cfg, circuit)[0].conditions
    depolarization = np.array(
        [
            np.repeat(DYNAMICS.shifts(one.depolarization_mV), circuit.sizes)
            for one in conditions
        ]
    )
    arrays = dataclasses.asdict(circuit)
    arrays |= channel_parameters(cfg.neurons, kinds, circuit.g_M_scale)
    for pathway in pathways(cfg.synapses):
        values: dict[str, Any] = dict(parameters_of(pathway, cfg.synapses))
        factors = [pathway.release(one) for one in conditions]
        values[f"{pathway.name}_U"] *= np.array(factors)
        arrays |= values
    np.savez(
        path,
        **arrays,
        area_um2=area_um2(cfg.neurons, kinds),
        shift_nA=1e-3 * leak_nS(cfg.neurons, kinds) * depolarization,
        tau_burst_ms=cfg.background.tau_burst_ms,
        dt_ms=cfg.simulation.dt_ms,
        draw_ms=DRAW_MS,
    )


def read(path: str) -> tuple[Config, Circuit]:
    """Return the configuration, with the time step of a file, and its circuit."""
    with np.load(path) as arrays:
        names = [field.name for field in dataclasses.fields(Circuit)]
        values: dict[str, Any] = {name: arrays[name][()] for name in names}
        values["sizes"] = tuple(map(int, values["sizes"]))
        circuit = Circuit(**values)
        return configuration(float(arrays["dt_ms"])), circuit
