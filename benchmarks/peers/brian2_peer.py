"""The circuit in Brian2, C++ standalone: brian2_peer.py FILE RUN_MS.

The fastest known form. Release is a state of the presynaptic neuron and the type of
target, and conductance one of the target, so no state per connection decays. Delays are
the mean of the engine's. Gates are advanced explicitly before the voltage: Brian2
advances all together, which is of first order and gave too low rates at 0.1 ms. Each
run of the compiled program draws a new seed.
"""

import sys
import tempfile

import brian2 as b2
import numpy as np
from gates import gates_at_rest
from serve import Run, Stopwatch, serve

# Units are those of minicolumn (mV, ms, nA, uS); Brian2 knows only that of time.
NEURON = """
dv/dt = (per_area*(I_nA + ampa*(e_ampa - v) + gaba*(e_gaba - v))
    + 1e3*(Leak_gLeak*(Leak_eLeak - v) + g_Na*(eNa - v) + g_K*(eK - v)))/ms : 1
dampa/dt = -ampa/(decay_ampa*ms) : 1
dgaba/dt = -gaba/(decay_gaba*ms) : 1
I_nA = slow_nA + noise_fast_nA*fast : 1
before = v : 1 (constant over dt)
"""
STATES = ("m", "h", "n", "p", "g_Na", "g_K")
STATES += ("fast", "slow", "burst", "slow_nA")
GATES = """
u = v - vt
am = 0.32*(13 - u)/(exp((13 - u)/4) - 1)
bm = 0.28*(u - 40)/(exp((u - 40)/5) - 1)
ah = 0.128*exp((17 - u)/18)
bh = 4/(exp((40 - u)/5) + 1)
an = 0.032*(15 - u)/(exp((15 - u)/5) - 1)
bn = 0.5*exp((10 - u)/40)
up = exp((v + 35)/20)
p_inf = up*up/(1 + up*up)
m = am/(am + bm) + (m - am/(am + bm))*exp(-(am + bm)*step)
h = ah/(ah + bh) + (h - ah/(ah + bh))*exp(-(ah + bh)*step)
n = an/(an + bn) + (n - an/(an + bn))*exp(-(an + bn)*step)
p = p_inf + (p - p_inf)*exp(-(3.3*up + 1/up)/Km_taumax*step)
g_Na = Na_gNa*m*m*m*h
g_K = K_gK*n*n*n*n + Km_gKm*p
"""
PER_NEURON = ("per_area", "shift_nA", "Leak_gLeak", "Leak_eLeak", "Na_gNa", "K_gK")
PER_NEURON += ("Km_gKm", "Km_taumax", "vt", "drive_nA", "noise_fast_nA")
PER_NEURON += ("noise_slow_nA", "burst_nA", "decay_ampa", "decay_gaba")
TARGETS = ("e", "i")  # release onto excitatory and onto inhibitory neurons
RELEASE = """
u_{0} = u_{0}*exp(-(t - released)/(facilitation_{0}*ms))
x_{0} = 1 - (1 - x_{0})*exp(-(t - released)/(recovery_{0}*ms))
u_{0} = u_{0} + U_{0}*(1 - u_{0})
amplitude_{0} = u_{0}*x_{0}
x_{0} = x_{0} - amplitude_{0}
"""
V_INIT = -70.0  # mV
SITE = ("U", "recovery", "facilitation")
MEAN_DELAY_MS = 0.5


def main(file: str, run_ms: str) -> None:
    """Serve runs of ``run_ms`` milliseconds at the highest ACh level."""
    arrays = dict(np.load(file))
    b2.set_device("cpp_standalone", build_on_run=False)
    b2.prefs.codegen.cpp.extra_compile_args_gcc = FLAGS
    # This link flag flushes denormal numbers to zero: far faster.
    b2.prefs.codegen.cpp.extra_link_args = FLAGS
    b2.defaultclock.dt = float(arrays["dt_ms"]) * b2.ms
    group = neurons(arrays)
    spikes = b2.SpikeMonitor(group)
    network = b2.Network(group, spikes, *connections(group, arrays))
    network.run(float(run_ms) * b2.ms)
    with tempfile.TemporaryDirectory() as directory:
        b2.device.build(directory=directory, run=False)

        def run(seed: int) -> Run:
            with Stopwatch() as timed:
                b2.device.run(directory=directory, with_output=False)
            return Run(float(run_ms) / 1000, timed, spikes.i[:], spikes.t / b2.ms)

        serve(f"Brian2 {b2.__version__}", run)


FLAGS = ["-w", "-O3", "-march=native", "-ffast-math", "-mprefer-vector-width=512"]


def neurons(arrays) -> b2.NeuronGroup:
    """Return the neurons with their gates at rest, their noise and their release."""
    n = len(arrays["area_um2"])
    arrays = arrays | {
        "per_area": 1e5 / arrays["area_um2"],
        "shift_nA": arrays["shift_nA"][-1],
        "decay_ampa": arrays["EE_decay"] * arrays["decay_factor"],
        "decay_gaba": arrays["I_decay"] * arrays["decay_factor"],
    }
    model = NEURON + "common : 1 (shared)\nreleased : second\n"
    model += "".join(f"{name} : 1\n" for name in STATES)
    model += "".join(f"{name} : 1 (constant)\n" for name in PER_NEURON)
    for to in TARGETS:
        names = [f"{name}_{to}" for name in SITE]
        model += "".join(f"{name} : 1 (constant)\n" for name in names)
        model += f"u_{to} : 1\nx_{to} : 1\namplitude_{to} : 1\n"
    group = b2.NeuronGroup(
        n,
        model,
        method="exponential_euler",
        threshold="v >= 0 and before < 0",
        reset="".join(map(RELEASE.format, TARGETS)) + "released = t",
        namespace=constants(arrays),
    )
    for name in PER_NEURON:
        setattr(group, name, arrays[name])
    _set_release(group, arrays)
    group.v = V_INIT
    for gate, value in gates_at_rest(V_INIT, arrays["vt"]).items():
        setattr(group, gate, value)
    group.x_e = group.x_i = 1
    group.run_regularly(GATES)
    _add_noise(group, arrays)
    return group


def constants(arrays) -> dict[str, float]:
    """Return what all neurons share."""
    shared = {"e_ampa": "EE_e_syn", "e_gaba": "I_e_syn"}
    values = {name: float(arrays[source]) for name, source in shared.items()}
    values |= {name: float(arrays[name][0]) for name in ("eNa", "eK")}
    return values | {"step": float(arrays["dt_ms"])}


def _set_release(group: b2.NeuronGroup, arrays) -> None:
    n_exc = int(arrays["sizes"][0])
    for to, site in zip(TARGETS, ("EE", "EI"), strict=True):
        for name in SITE:
            values = np.empty(len(group))
            values[:n_exc] = arrays[f"{site}_{name}"].flat[-1]
            values[n_exc:] = arrays[f"I_{name}"].flat[-1]
            setattr(group, f"{name}_{to}", values)


def _add_noise(group: b2.NeuronGroup, arrays) -> None:
    """Add both noises on their own grids, as the engine has them."""
    draw_ms, share = float(arrays["draw_ms"]), float(arrays["common_fraction"])
    fast = np.exp(-draw_ms / arrays["tau_fast_ms"])
    slow, burst = (np.exp(-1 / arrays[f"tau_{name}_ms"]) for name in ("slow", "burst"))
    begin = float(arrays["burst_rate_hz"]) * 1e-3
    group.fast = group.slow = "randn()"
    group.run_regularly(
        "common = randn()\n"
        f"fast = {fast}*fast + {np.sqrt(1 - fast**2)}"
        f"*({np.sqrt(1 - share)}*randn() + {np.sqrt(share)}*common)",
        dt=draw_ms * b2.ms,
    )
    group.run_regularly(
        f"slow = {slow}*slow + {np.sqrt(1 - slow**2)}*randn()\n"
        f"burst = {burst}*burst + int(rand() < {begin})\n"
        "slow_nA = drive_nA + shift_nA + noise_slow_nA*slow + burst_nA*burst",
        dt=1 * b2.ms,
    )


def connections(group: b2.NeuronGroup, arrays) -> list[b2.Synapses]:
    """Return the synapses: onto E by EE, onto I by EI, and from I onto all."""
    n_exc, n = int(arrays["sizes"][0]), len(group)
    pathways = [("ampa", "e", 0, n_exc, 0, n_exc), ("ampa", "i", 0, n_exc, n_exc, n)]
    pathways += [("gaba", "e", n_exc, n, 0, n)]
    made = []
    for receptor, to, a, b, c, d in pathways:
        synapses = b2.Synapses(
            group[a:b],
            group[c:d],
            "weight : 1 (constant)",
            on_pre=f"{receptor}_post += weight*amplitude_{to}_pre",
            delay=MEAN_DELAY_MS * b2.ms,
        )
        weights = arrays["weights_uS"][a:b, c:d]
        pre, post = np.nonzero(weights)
        synapses.connect(i=pre, j=post)
        synapses.weight = weights[pre, post]
        made.append(synapses)
    return made


if __name__ == "__main__":
    main(*sys.argv[1:])
