"""The circuit in BrainPy: brainpy_peer.py FILE RUN_MS BATCH.

All ACh levels at once, ``BATCH`` times, as rows of every variable. BrainPy compiles a
loop over steps by JAX, as this engine does. Release is a state of the presynaptic
neuron and the type of target, and conductance one of the target; a matrix product
delivers spikes. Gates are advanced before the voltage, each by BrainPy's exponential
Euler method, and delays are the mean of the engine's. A run goes on from where the last
one ended. Runs on the device that JAX prefers.
"""

import sys
from typing import Any

import brainpy as bp
import brainpy.math as bm
import jax
import numpy as np
from gates import gates_at_rest
from serve import Run, Stopwatch, serve

SPIKE_MV, START_MV = 0.0, -70.0
MEAN_DELAY_MS = 0.5
SITES = {"e": "EE", "i": "EI"}  # of synapses onto excitatory and inhibitory neurons
RELEASE = ("U", "recovery", "facilitation")
BY_LEVEL = ("shift_nA", "EE_U", "EI_U", "I_U")


def main(file: str, run_ms: str, batch: str) -> None:
    """Serve runs of ``run_ms`` milliseconds at all levels."""
    with np.load(file) as arrays:
        values = {name: as_single(arrays[name]) for name in arrays}
    for name in BY_LEVEL:
        values[name] = np.concatenate([values[name]] * int(batch))
    network = Network(values)
    milliseconds = np.arange(int(run_ms))
    simulate = bm.jit(lambda: bm.for_loop(network.update, milliseconds))

    def run(seed: int) -> Run:
        bm.random.seed(seed)
        with Stopwatch() as timed:
            spikes = np.asarray(jax.block_until_ready(bm.as_jax(simulate())))
        step, unit = np.nonzero(spikes.reshape(-1, spikes.shape[-1]))
        simulated_s = len(network.shift_nA) * int(run_ms) / 1000
        return Run(simulated_s, timed, unit, step * network.dt_ms)

    run(0)  # compile
    serve(f"BrainPy {bp.__version__}", run)


def as_single(value: np.ndarray) -> np.ndarray:
    """Return an array with its floats in single precision."""
    return value.astype(np.float32) if value.dtype == np.float64 else value


class Network(bp.DynamicalSystem):
    """N neurons at L levels, with their synapses and background; all states (L, N)."""

    def __init__(self, arrays: dict[str, Any]):
        super().__init__()
        self.a = arrays
        self.shift_nA = arrays["shift_nA"]
        self.dt_ms, self.draw_ms = float(arrays["dt_ms"]), float(arrays["draw_ms"])
        bm.set_dt(self.dt_ms)
        self.v = self.state(START_MV)
        gates = gates_at_rest(START_MV, arrays["vt"])
        self.m, self.h, self.n, self.p = (self.state(gates[one]) for one in "mhnp")
        self.ampa, self.gaba = self.state(0), self.state(0)
        self.fast, self.slow, self.burst = (self.state(0) for _ in range(3))
        self.u = bm.VarDict({to: self.state(0) for to in SITES})
        self.x = bm.VarDict({to: self.state(1) for to in SITES})
        self.released = bm.VarDict({to: self.state(0) for to in SITES})
        steps = round(MEAN_DELAY_MS / self.dt_ms)
        self.delays = bm.node_dict(
            {to: bm.LengthDelay(self.released[to], steps) for to in SITES}
        )
        self.delay_steps = steps
        self.site = {
            to: {name: self.presynaptic(site, name) for name in RELEASE}
            for to, site in SITES.items()
        }
        equations = (dm, dh, dn, dp, dv)
        self.next_m, self.next_h, self.next_n, self.next_p, self.next_v = (
            bp.odeint(one, method="exp_auto") for one in equations
        )

    def state(self, value: Any) -> bm.Variable:
        """Return a state that is ``value`` at first."""
        start = np.broadcast_to(np.float32(value), self.shift_nA.shape)
        return bm.Variable(bm.asarray(start))

    def presynaptic(self, site: str, name: str) -> np.ndarray:
        """Return a value of synapses by level and presynaptic neuron, (L, N)."""
        n_levels, n = self.shift_nA.shape
        n_exc = int(self.a["sizes"][0])
        exc, inh = (
            np.broadcast_to(self.a[f"{one}_{name}"].reshape(-1, 1), (n_levels, 1))
            for one in (site, "I")
        )
        return np.hstack([exc.repeat(n_exc, 1), inh.repeat(n - n_exc, 1)])

    def update(self, _millisecond: Any) -> bm.Array:
        """Advance by a millisecond; returns spikes at the last level, (steps, N)."""
        a = self.a
        slow, burst = (np.exp(-1 / a[f"tau_{one}_ms"]) for one in ("slow", "burst"))
        begins = bm.random.rand(*self.shift_nA.shape) < a["burst_rate_hz"] * 1e-3
        self.slow.value = slow * self.slow + np.sqrt(1 - slow**2) * self.normal()
        self.burst.value = burst * self.burst + begins
        slow_nA = a["noise_slow_nA"] * self.slow + a["burst_nA"] * self.burst
        slow_nA = a["drive_nA"] + self.shift_nA + slow_nA
        spikes = []
        for _ in range(round(1 / self.draw_ms)):
            self.draw_fast()
            injected_nA = slow_nA + a["noise_fast_nA"] * self.fast
            steps = np.arange(round(self.draw_ms / self.dt_ms))
            spikes.append(bm.for_loop(lambda _, i=injected_nA: self.step(i), steps))
        return bm.concatenate(spikes)

    def normal(self) -> bm.Array:
        """Return a normal deviate for each level and neuron."""
        return bm.random.randn(*self.shift_nA.shape)

    def draw_fast(self) -> None:
        """Renew the fast noise, a part of which is common to all neurons."""
        a, share = self.a, float(self.a["common_fraction"])
        kept = np.exp(-self.draw_ms / a["tau_fast_ms"])
        common = bm.random.randn(len(self.shift_nA), 1)
        new = np.sqrt(1 - share) * self.normal() + np.sqrt(share) * common
        self.fast.value = kept * self.fast + np.sqrt(1 - kept**2) * new

    def step(self, injected_nA: bm.Array) -> bm.Array:
        """Advance by a time step; returns spikes at the last level, (N,)."""
        a, before = self.a, self.v.value
        u = before - a["vt"]
        for gate, advance in (
            (self.m, self.next_m),
            (self.h, self.next_h),
            (self.n, self.next_n),
        ):
            gate.value = advance(gate.value, 0.0, u, self.dt_ms)
        self.p.value = self.next_p(
            self.p.value, 0.0, before, a["Km_taumax"], self.dt_ms
        )
        channels = (
            a["Na_gNa"] * self.m**3 * self.h,
            a["K_gK"] * self.n**4 + a["Km_gKm"] * self.p,
        )
        synapses = self.ampa.value, self.gaba.value
        self.v.value = self.next_v(
            before, 0.0, injected_nA, channels, synapses, a, self.dt_ms
        )
        spikes = (self.v.value >= SPIKE_MV) & (before < SPIKE_MV)
        self.transmit(spikes)
        return spikes[-1]

    def transmit(self, spikes: bm.Array) -> None:
        """Release what spikes release, and open what arrives."""
        a, n_exc = self.a, int(self.a["sizes"][0])
        for to in SITES:
            site, u, x = self.site[to], self.u[to], self.x[to]
            now = u * np.exp(-self.dt_ms / site["facilitation"])
            now = bm.where(spikes, now + site["U"] * (1 - now), now)
            left = 1 - (1 - x) * np.exp(-self.dt_ms / site["recovery"])
            out = bm.where(spikes, now * left, 0.0)
            u.value, x.value = now, left - out
            self.released[to].value = out
        weights = a["weights_uS"]
        arriving = {to: self.delays[to](self.delay_steps) for to in SITES}
        for to in SITES:
            self.delays[to].update(self.released[to].value)
        onto_exc, onto_inh = arriving["e"], arriving["i"]
        exc = [
            onto_exc[:, :n_exc] @ weights[:n_exc, :n_exc],
            onto_inh[:, :n_exc] @ weights[:n_exc, n_exc:],
        ]
        inh = onto_exc[:, n_exc:] @ weights[n_exc:]
        for conductance, decay, new in (
            (self.ampa, "EE_decay", bm.concatenate(exc, axis=1)),
            (self.gaba, "I_decay", inh),
        ):
            kept = np.exp(-self.dt_ms / (a[decay] * a["decay_factor"]))
            conductance.value = kept * conductance + new


# Gates and voltage: BrainPy differentiates each by its first argument.


def dm(m, t, u):
    """Sodium activation."""
    opening = 1.28 / bm.exprel((13 - u) / 4)
    return opening * (1 - m) - 1.4 / bm.exprel((u - 40) / 5) * m


def dh(h, t, u):
    """Sodium inactivation."""
    closing = 4 / (bm.exp((40 - u) / 5) + 1)
    return 0.128 * bm.exp((17 - u) / 18) * (1 - h) - closing * h


def dn(n, t, u):
    """Potassium activation."""
    opening = 0.16 / bm.exprel((15 - u) / 5)
    return opening * (1 - n) - 0.5 * bm.exp((10 - u) / 40) * n


def dp(p, t, v, taumax):
    """Activation of the M current."""
    up = bm.exp((v + 35) / 20)
    return (up**2 / (1 + up**2) - p) * (3.3 * up + 1 / up) / taumax


def dv(v, t, injected_nA, channels, synapses, a):
    """Voltage: conductances of channels in S/cm2, of synapses in uS."""
    (g_Na, g_K), (ampa, gaba) = channels, synapses
    nA = injected_nA + ampa * (a["EE_e_syn"] - v) + gaba * (a["I_e_syn"] - v)
    density = g_Na * (a["eNa"] - v) + g_K * (a["eK"] - v)
    density += a["Leak_gLeak"] * (a["Leak_eLeak"] - v)
    return 1e5 / a["area_um2"] * nA + 1e3 * density


if __name__ == "__main__":
    main(*sys.argv[1:])
