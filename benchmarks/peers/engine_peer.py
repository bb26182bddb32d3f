"""The engine of minicolumn: engine_peer.py FILE RUN_MS RUNS xla|fused.

``RUNS`` runs of the circuit with different noise are simulated together, each at all
ACh levels, as in a shard of the workflow; "fused" needs a CUDA GPU.
"""

import sys

import jax
import numpy as np
from circuit_file import read, runs as runs_of
from serve import Run, Stopwatch, serve

from minicolumn.config import Physics
from minicolumn.simulation import engines, packing
from minicolumn.simulation.device import prepare


def main(file: str, run_ms: str, runs: str, form: str) -> None:
    """Serve runs of ``run_ms`` milliseconds at all levels."""
    prepare()
    (cfg, circuit), n_ms = read(file), int(run_ms)
    physics = Physics(**cfg.physics())
    asked = {"warmup_s": 0.0, "engine": form}
    simulation = physics.simulation.model_copy(update=asked)
    physics = physics.model_copy(update={"simulation": simulation})
    engine = engines.chosen(runs_of(cfg, circuit), physics)
    padding = engine.padding_of(circuit)
    n_levels = len(cfg.acetylcholine.levels)
    neuron_at = np.full(sum(padding), -1)
    neuron_at[packing.slots_of(circuit, padding)] = np.arange(circuit.n)

    def run(seed: int) -> Run:
        trials = range(seed * int(runs), (seed + 1) * int(runs))
        members = runs_of(cfg, circuit, trials)
        with Stopwatch() as timed:
            done = engine.integrate(members, padding, n_ms, physics)
            assert done.finite.all()  # spikes and voltages are on the host
        ms, place = done.events(0, n_levels - 1)
        neurons = neuron_at[place]
        return Run(int(runs) * n_levels * n_ms / 1000, timed, neurons, ms + 0.5)

    run(0)  # compile
    serve(f"JAX {jax.__version__}", run)


if __name__ == "__main__":
    main(*sys.argv[1:])
