"""The circuit in NEURON: neuron_peer.py FILE RUN_MS, or with "core" for CoreNEURON.

One section per neuron, one point process per neuron and receptor, one NetCon with its
own release per connection, fixed steps of second order. Delays are the mean of the
engine's.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from serve import Run, Stopwatch, serve

MECHANISMS = Path(__file__).with_name("nmodl")
# With these flags gcc vectorizes CoreNEURON's mechanisms, exponentials included.
FLAGS = "-O3 -march=native -ffast-math -mprefer-vector-width=512"
MEMBRANE = ("Leak_gLeak", "Leak_eLeak", "Na_gNa", "eNa", "K_gK", "eK")
MEMBRANE += ("Km_gKm", "Km_taumax", "vt")
SPIKE_MV, START_MV = 0, -70
ALL_CELLS = -1
MEAN_DELAY_MS = 0.5


def main(file: str, run_ms: str, engine: str = "") -> None:
    """Serve runs of ``run_ms`` milliseconds at the highest ACh level."""
    arrays = dict(np.load(file))
    with tempfile.TemporaryDirectory() as directory:
        h, coreneuron = simulator(directory)
        coreneuron.enable, coreneuron.verbose = engine == "core", 0
        cells = membranes(h, arrays)
        noise = backgrounds(h, cells, arrays)
        parallel = h.ParallelContext()
        _alive = connections(h, parallel, cells, arrays)
        time_ms, unit = h.Vector(), h.Vector()
        parallel.spike_record(ALL_CELLS, time_ms, unit)
        parallel.set_maxstep(10)
        h.dt = float(arrays["dt_ms"])
        h.secondorder = 2

        def run(seed: int) -> Run:
            for index, source in enumerate(noise):
                source.own_stream.set_ids(index, seed, 1)
                source.common_stream.set_ids(0, seed, 2)
            h.finitialize(START_MV)
            with Stopwatch() as timed:
                parallel.psolve(float(run_ms))
            spikes = unit.as_numpy().astype(int), time_ms.as_numpy()
            return Run(float(run_ms) / 1000, timed, *spikes)

        serve(f"{'Core' * (engine == 'core')}NEURON {h.nrnversion(0)}", run)


def simulator(directory: str):
    """Return NEURON and CoreNEURON with our mechanisms compiled in ``directory``."""
    compiler = Path(sys.executable).with_name("nrnivmodl")
    options = ["-coreneuron", "-incflags", FLAGS]
    subprocess.run(
        [compiler, *options, MECHANISMS], cwd=directory, check=True, capture_output=True
    )
    os.chdir(directory)  # NEURON loads mechanisms from the directory of its import
    from neuron import coreneuron, h

    return h, coreneuron


def membranes(h, arrays) -> list:
    """Return one section per neuron, with its channels."""
    cells = []
    for index, area_um2 in enumerate(arrays["area_um2"]):
        cell = h.Section(name=f"cell{index}")
        cell.L = cell.diam = np.sqrt(area_um2 / np.pi)
        cell.cm = 1
        cell.insert("pospischil")
        for name in MEMBRANE:
            setattr(cell(0.5).pospischil, name, arrays[name][index])
        cells.append(cell)
    return cells


def backgrounds(h, cells, arrays) -> list:
    """Return the background of each neuron."""
    grids = {"fast": arrays["draw_ms"], "slow": 1, "burst": 1}
    share, dt_ms = arrays["common_fraction"], arrays["dt_ms"]
    shared = {
        "own": np.sqrt(1 - share),
        "shared": np.sqrt(share),
        "begin": 1e-3 * arrays["burst_rate_hz"],
        "draw_steps": round(float(arrays["draw_ms"] / dt_ms)),
        "bin_steps": round(float(1 / dt_ms)),
    } | {
        f"keep_{name}": np.exp(-grid_ms / arrays[f"tau_{name}_ms"])
        for name, grid_ms in grids.items()
    }
    each = {
        "mean_nA": arrays["drive_nA"] + arrays["shift_nA"][-1],
        "fast_nA": arrays["noise_fast_nA"],
        "slow_nA": arrays["noise_slow_nA"],
        "burst_nA": arrays["burst_nA"],
    }
    sources = []
    for index, cell in enumerate(cells):
        source = h.Background(cell(0.5))
        for name, value in shared.items():
            setattr(source, name, float(value))
        for name, values in each.items():
            setattr(source, name, values[index])
        sources.append(source)
    return sources


def connections(h, parallel, cells, arrays) -> list:
    """Make every connection; return what must be kept alive for it."""
    n_exc, made = int(arrays["sizes"][0]), []
    receptors = {"E": [], "I": []}
    for index, cell in enumerate(cells):
        parallel.set_gid2node(index, parallel.id())
        spikes = h.NetCon(cell(0.5)._ref_v, None, sec=cell)
        spikes.threshold = SPIKE_MV
        parallel.cell(index, spikes)
        for made_by, receptor in receptors.items():
            site = "I" if made_by == "I" else "EE" if index < n_exc else "EI"
            synapse = h.Receptor(cell(0.5))
            for name, value in parameters(arrays, site, index).items():
                setattr(synapse, name, float(value))
            receptor.append(synapse)
    for pre, post in np.argwhere(arrays["weights_uS"]).tolist():
        spikes = parallel.gid_connect(pre, receptors["E" if pre < n_exc else "I"][post])
        spikes.delay = MEAN_DELAY_MS
        spikes.weight[0] = arrays["weights_uS"][pre, post]
        made.append(spikes)
    return [*made, receptors]


def parameters(arrays, site: str, index: int) -> dict:
    """Return the parameters of a receptor of a neuron, and of release at it."""
    return {
        "decay": arrays[f"{site}_decay"] * arrays["decay_factor"][index],
        "e": arrays[f"{site}_e_syn"],
        "U": arrays[f"{site}_U"][-1],
        "recovery": arrays[f"{site}_recovery"],
        "facilitation": arrays[f"{site}_facilitation"],
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
