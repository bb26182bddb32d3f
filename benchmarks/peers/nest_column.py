"""The scaled column in NEST, with published delays: nest_column.py FILE RUN_MS."""

import sys

import nest
import numpy as np
from serve import Run, Stopwatch, serve

NEURON = {
    "C_m": 250.0,
    "tau_m": 10.0,
    "tau_syn_ex": 0.5,
    "tau_syn_in": 0.5,
    "t_ref": 2.0,
    "E_L": -65.0,
    "V_reset": -65.0,
    "V_th": -50.0,
    "V_m": -65.0,
}
DELAY_MS = {True: 1.5, False: 0.75}  # the SD is half of it


def main(file: str, run_ms: str) -> None:
    """Serve runs of ``run_ms`` milliseconds."""
    arrays = dict(np.load(file))

    def run(seed: int) -> Run:
        recorder = built(arrays, seed)
        with Stopwatch() as timed:
            nest.Simulate(float(run_ms))
        events = recorder.events
        unit = events["senders"] - 1
        return Run(float(run_ms) / 1000, timed, unit, events["times"])

    serve(f"NEST {nest.__version__}", run)


def built(arrays, seed: int):
    """Build the column, and return what records its spikes."""
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    nest.resolution = float(arrays["dt_ms"])
    nest.rng_seed = seed
    neurons = nest.Create("iaf_psc_exp", len(arrays["constant_pA"]), NEURON)
    neurons.I_e = arrays["constant_pA"]
    connect(arrays, seed)
    ends = np.cumsum([0, *arrays["sizes"]])
    for start, stop, inputs in zip(
        ends[:-1], ends[1:], arrays["background_inputs"], strict=True
    ):
        rate = {"rate": float(inputs * arrays["background_hz"])}
        nest.Connect(
            nest.Create("poisson_generator", params=rate),
            neurons[int(start) : int(stop)],
            syn_spec={"weight": float(arrays["background_pA"]), "delay": 1.5},
        )
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, recorder)
    return recorder


def connect(arrays, seed: int) -> None:
    """Make the synapses; delays are normal, and at least a step."""
    rng, pre = np.random.default_rng(seed), arrays["pre"]
    for excitatory, mean_ms in DELAY_MS.items():
        chosen = arrays["is_excitatory"][pre] == excitatory
        delay_ms = rng.normal(mean_ms, mean_ms / 2, chosen.sum())
        step_ms = float(arrays["dt_ms"])
        steps = np.maximum(np.rint(delay_ms / step_ms), 1)
        nest.Connect(
            1 + pre[chosen],
            1 + arrays["post"][chosen],
            "one_to_one",
            {"weight": arrays["weight_pA"][chosen], "delay": steps * step_ms},
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
