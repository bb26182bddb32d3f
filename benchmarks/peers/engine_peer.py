"""The engine of minicolumn: engine_peer.py FILE RUN_MS RUNS.

``RUNS`` runs of the circuit with different noise are simulated together, each at all
ACh levels, as in a shard of the workflow.
"""

import sys

import jax
import numpy as np
from circuit_file import effect, read
from serve import Run, Stopwatch, serve

from minicolumn.simulation import engine, packing
from minicolumn.simulation.device import prepare


def main(file: str, run_ms: str, runs: str) -> None:
    """Serve runs of ``run_ms`` milliseconds at all levels."""
    prepare()
    (cfg, circuit), n_ms = read(file), int(run_ms)
    padding = packing.padding_of(circuit)
    levels = packing.spread_levels(effect(cfg), padding)
    n_levels = len(cfg.acetylcholine.levels)

    def simulate(seed: int) -> jax.Array:
        trials = range(seed * int(runs), (seed + 1) * int(runs))
        batch = packing.pack([circuit] * len(trials), padding, cfg, trials=trials)
        counts, _ = engine.run(
            batch,
            levels,
            jax.random.key(cfg.seed),
            padding=padding,
            n_ms=n_ms,
            dt_ms=cfg.simulation.dt_ms,
            transmission_ms=cfg.synapses.transmission_ms,
        )
        return counts.block_until_ready()

    def run(seed: int) -> Run:
        with Stopwatch() as timed:
            counts = simulate(seed)
        slots = packing.slots_of(circuit, padding)
        ms, unit = np.nonzero(np.asarray(counts)[:, 0, -1][:, slots])
        return Run(int(runs) * n_levels * n_ms / 1000, timed, unit, ms + 0.5)

    simulate(0)  # compile
    serve(f"JAX {jax.__version__}", run)


if __name__ == "__main__":
    main(*sys.argv[1:])
