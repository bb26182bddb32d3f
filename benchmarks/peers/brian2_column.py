"""The scaled column in Brian2, C++ standalone, with published delays.

brian2_column.py FILE RUN_MS. Each run of the compiled program draws a new seed.
"""

import sys
import tempfile

import brian2 as b2
import numpy as np
from serve import Run, Stopwatch, serve

# Units are mV, ms and pA; Brian2 knows only that of time.
NEURON = """
dv/dt = ((-65 - v)/10 + (I + constant_pA)/250)/ms : 1 (unless refractory)
dI/dt = -I/(0.5*ms) : 1
constant_pA : 1 (constant)
"""
DELAY_MS = {True: 1.5, False: 0.75}  # the SD is half of it
FLAGS = ["-w", "-O3", "-march=native", "-ffast-math"]


def main(file: str, run_ms: str) -> None:
    """Serve runs of ``run_ms`` milliseconds."""
    arrays = dict(np.load(file))
    b2.set_device("cpp_standalone", build_on_run=False)
    b2.prefs.codegen.cpp.extra_compile_args_gcc = FLAGS
    b2.prefs.codegen.cpp.extra_link_args = FLAGS
    b2.defaultclock.dt = float(arrays["dt_ms"]) * b2.ms
    group = neurons(arrays)
    spikes = b2.SpikeMonitor(group)
    network = b2.Network(
        group, spikes, *background(group, arrays), *connections(group, arrays)
    )
    network.run(float(run_ms) * b2.ms)
    with tempfile.TemporaryDirectory() as directory:
        b2.device.build(directory=directory, run=False)

        def run(seed: int) -> Run:
            with Stopwatch() as timed:
                b2.device.run(directory=directory, with_output=False)
            return Run(float(run_ms) / 1000, timed, spikes.i[:], spikes.t / b2.ms)

        serve(f"Brian2 {b2.__version__}", run)


def neurons(arrays) -> b2.NeuronGroup:
    """Return the neurons at rest."""
    group = b2.NeuronGroup(
        len(arrays["constant_pA"]),
        NEURON,
        method="exact",
        threshold="v >= -50",
        reset="v = -65",
        refractory=2 * b2.ms,
    )
    group.constant_pA = arrays["constant_pA"]
    group.v = -65
    return group


def background(group: b2.NeuronGroup, arrays) -> list[b2.PoissonInput]:
    """Return the background inputs of each population."""
    ends = np.cumsum([0, *arrays["sizes"]])
    return [
        b2.PoissonInput(
            group[start:stop],
            "I",
            int(inputs),
            float(arrays["background_hz"]) * b2.Hz,
            float(arrays["background_pA"]),
        )
        for start, stop, inputs in zip(
            ends[:-1], ends[1:], arrays["background_inputs"], strict=True
        )
    ]


def connections(group: b2.NeuronGroup, arrays) -> list[b2.Synapses]:
    """Return the synapses; delays are normal, and at least a step."""
    rng, made = np.random.default_rng(0), []
    for excitatory, mean_ms in DELAY_MS.items():
        chosen = arrays["is_excitatory"][arrays["pre"]] == excitatory
        synapses = b2.Synapses(group, group, "weight : 1", on_pre="I_post += weight")
        synapses.connect(i=arrays["pre"][chosen], j=arrays["post"][chosen])
        synapses.weight = arrays["weight_pA"][chosen]
        delay_ms = rng.normal(mean_ms, mean_ms / 2, chosen.sum())
        synapses.delay = np.maximum(delay_ms, float(arrays["dt_ms"])) * b2.ms
        made.append(synapses)
    return made


if __name__ == "__main__":
    main(*sys.argv[1:])
