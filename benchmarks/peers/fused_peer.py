"""The hand-written C++ loop, compiled for one circuit: fused_peer.py FILE RUN_MS."""

import ctypes
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from serve import Run, Stopwatch, serve

SOURCE = Path(__file__).with_name("fused.cpp")
FLAGS = [
    "-O3",
    "-march=native",
    "-ffast-math",
    "-mprefer-vector-width=512",
    "-fopenmp-simd",
]
VECTOR = 16  # floats

KIND = {  # as in fused.cpp, with the names of the file
    "per_area": None,
    "g_leak": "Leak_gLeak",
    "e_leak": "Leak_eLeak",
    "g_Na": "Na_gNa",
    "g_K": "K_gK",
    "g_M": "Km_gKm",
    "tau_M_max": "Km_taumax",
    "vt": "vt",
    "e_Na": "eNa",
    "e_K": "eK",
}
NEURON = {
    "drive_nA": "drive_nA",
    "fast_nA": "noise_fast_nA",
    "slow_nA": "noise_slow_nA",
    "burst_nA": "burst_nA",
}
DECAY = {"decay_ampa": "EE_decay", "decay_gaba": "I_decay"}
SITES = ("EE", "EI", "I")
SHARED = {
    "tau_fast": "tau_fast_ms",
    "tau_slow": "tau_slow_ms",
    "tau_burst": "tau_burst_ms",
    "draw_ms": "draw_ms",
    "common": "common_fraction",
    "burst_rate_hz": "burst_rate_hz",
    "dt": "dt_ms",
}


class Fused:
    """The loop, compiled for the size of a circuit, and its parameters."""

    def __init__(self, arrays):
        self.n_exc, self.n_inh = map(int, arrays["sizes"])
        ne, ni = (-(-n // VECTOR) * VECTOR for n in (self.n_exc, self.n_inh))
        self.slots = np.r_[: self.n_exc, ne : ne + self.n_inh]
        self.shape = (len(arrays["EE_U"]), ne + ni)
        self.circuit = _packed(arrays, ne, ni, self.slots)
        self.library = _compiled(NE=ne, NI=ni, L=self.shape[0])

    def run(self, n_ms: int, seed: int):
        """Return spikes per millisecond, (n_ms, L, N)."""
        counts = np.zeros((n_ms, *self.shape), np.uint8)
        self.library.simulate(
            ctypes.c_void_p(self.circuit.ctypes.data),
            n_ms,
            ctypes.c_uint32(seed),
            ctypes.c_void_p(counts.ctypes.data),
        )
        return counts[..., self.slots]


def _compiled(**sizes: int) -> ctypes.CDLL:
    with tempfile.TemporaryDirectory() as directory:
        library = Path(directory) / "fused.so"
        defines = [f"-D{name}={value}" for name, value in sizes.items()]
        subprocess.run(
            ["g++", *FLAGS, *defines, "-shared", "-fPIC", SOURCE, "-o", library],
            check=True,
        )
        return ctypes.CDLL(str(library))


def _packed(arrays, ne: int, ni: int, slots):
    """Return the circuit as the struct of the same name in fused.cpp."""
    n, n_levels = ne + ni, len(arrays["EE_U"])
    kind = np.dtype([(name, "f4") for name in KIND])
    site = np.dtype(
        [
            ("U", "f4", n_levels),
            ("recovery", "f4"),
            ("facilitation", "f4"),
            ("reversal", "f4"),
        ]
    )
    fields = [("weights", "f4", (n, n)), ("shift_nA", "f4", (n_levels, n))]
    fields += [(name, "f4", n) for name in (*NEURON, *DECAY)]
    fields += [("exc", kind), ("inh", kind), *((name, site) for name in SITES)]
    fields += [(name, "f4") for name in SHARED]
    packed = np.zeros(1, np.dtype(fields))
    c = packed[0]
    n_exc = int(arrays["sizes"][0])
    for of, neuron in (("exc", 0), ("inh", n_exc)):
        for name, source in KIND.items():
            c[of][name] = arrays[source][neuron] if source else 0
        c[of]["per_area"] = 1e5 / arrays["area_um2"][neuron]
    for name in SITES:
        c[name]["reversal"] = arrays[f"{name}_e_syn"]
        for key in ("U", "recovery", "facilitation"):
            c[name][key] = arrays[f"{name}_{key}"]
    c["weights"][np.ix_(slots, slots)] = arrays["weights_uS"]
    c["shift_nA"][:, slots] = arrays["shift_nA"]
    for name, source in NEURON.items():
        c[name][slots] = arrays[source]
    for name, source in DECAY.items():
        c[name] = 1
        c[name][slots] = arrays[source] * arrays["decay_factor"]
    for name, source in SHARED.items():
        c[name] = arrays[source]
    return packed


def main(file: str, run_ms: str) -> None:
    """Serve runs of ``run_ms`` milliseconds at all levels."""
    fused, n_ms = Fused(np.load(file)), int(run_ms)

    def run(seed: int) -> Run:
        with Stopwatch() as timed:
            counts = fused.run(n_ms, seed)
        ms, unit = np.nonzero(counts[:, -1])
        return Run(counts.shape[1] * n_ms / 1000, timed, unit, ms + 0.5)

    version = subprocess.run(["g++", "-dumpversion"], capture_output=True, text=True)
    serve(f"g++ {version.stdout.strip()}", run)


if __name__ == "__main__":
    main(*sys.argv[1:])
