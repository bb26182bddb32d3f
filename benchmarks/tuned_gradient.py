"""Spikes, cost and statistics of the differentiable engine, against references."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from tuned_mice import bank, configuration

from minicolumn.circuits.circuit import Circuit, build_circuits
from minicolumn.circuits.family import family
from minicolumn.config import Config
from minicolumn.simulation import engine, gradient, packing
from minicolumn.simulation.equations import Program
from minicolumn.simulation.runs import Run
from minicolumn.statistics.describe import describe_matched
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.smooth import SMOOTH_NAMES, smooth_statistics
from minicolumn.statistics.trains import MS_PER_S, SpikeTrains
from minicolumn.tuning.answers import members_of
from minicolumn.tuning.parameters import Trained

CIRCUITS = 5
RUNS = 16
"""Circuits of the comparison of spikes, time and statistics."""
BACKGROUNDS, STEP = 8, 0.15
"""Of the finite differences: windows, and the change of a log or of 0.1 nA."""
RESIDUALS = 400
LEAST_SLOPE = 0.2
"""Slopes by differences that are surely not 0: above it and three standard errors."""


class Bar(NamedTuple):
    """A line of the table: what must show, the demand, what was measured."""

    what: str
    demand: str
    measured: str
    holds: bool | None

    @property
    def cells(self) -> list[str]:
        """The cells of the line; None is not judged."""
        holds = {True: "yes", False: "**no**", None: "-"}[self.holds]
        return [self.what, self.demand, self.measured, holds]


@dataclass(frozen=True, eq=False)
class Setting:
    """Circuits, packed as a fit packs them."""

    cfg: Config
    circuits: Sequence[Circuit]
    batch: packing.Batch
    differences: packing.Differences
    root: Any
    program: Program
    members: Any

    @property
    def warmup_ms(self) -> int:
        """What no statistic describes."""
        return round(1000 * self.cfg.simulation.warmup_s)

    def sent(self, trained: Trained) -> Any:
        """Return spikes of the engine, as `gradient.forward`."""
        batch = self.applied(trained, self.batch)
        return gradient.forward(batch, self.differences, self.root, self.program)

    @cached_property
    def applied(self) -> Any:
        """`Trained.applied`, compiled."""
        own = partial(Trained.applied, program=self.program, physics=self.cfg)
        return jax.jit(own)

    def spikes(self, trained: Trained, gain: float, sent: Any) -> Any:
        """Return the same with derivatives, after the warm-up, (ms, C, N)."""
        gains = jnp.full((len(self.circuits), 1, 1), gain)
        batch = trained.applied(self.batch, self.program, self.cfg)
        rest = self.differences, self.root, self.program, gains, self.warmup_ms
        return gradient.spikes(batch, *rest, sent)[:, :, 0]


def setting(circuits: Sequence[Circuit], trials: Sequence[int]) -> Setting:
    """Return circuits in trials of their own."""
    cfg = configuration()
    dynamics = family(cfg.circuits.family).dynamics
    runs = [Run(one, t) for one, t in zip(circuits, trials, strict=True)]
    padding = max(packing.padding_of(one) for one in circuits)
    simulated = cfg.simulation
    n_ms = round(1000 * (simulated.warmup_s + simulated.duration_s))
    own = [members_of(one, cfg.statistics, cfg.seed) for one in circuits]
    padded = np.zeros((len(circuits), len(own[0]), sum(padding)), bool)
    for row, circuit, some in zip(padded, circuits, own, strict=True):
        row[:, packing.slots_of(circuit, padding)] = some
    return Setting(
        cfg,
        circuits,
        packing.pack(runs, padding, dynamics, cfg),
        packing.spread(runs, padding, dynamics),
        jax.random.key(cfg.seed),
        Program.of(dynamics, padding, n_ms, cfg),
        jnp.asarray(padded),
    )


def chosen(n: int) -> list[Circuit]:
    """Return circuits that fire at 1 to 20 Hz; the first is the nearest to criticality.

    It is the one whose counts vary most (Fano factor): bursts of the whole network.
    """
    cfg, found = configuration(), bank(configuration().circuits.count)
    rate, fano = (
        found.statistics[:, STATISTIC_NAMES.index(name)]
        for name in ("mean_rate", "fano")
    )
    able = np.flatnonzero((rate > 1) & (rate < 20))
    order = able[np.argsort(-fano[able], kind="stable")]
    places = [0, *np.linspace(1, order.size - 1, n - 1).astype(int)]
    return build_circuits([found.rows[int(order[place])] for place in places], cfg)


def spikes_and_time() -> Iterator[Bar]:
    """Yield whether spikes are those of the engine, and what a gradient costs."""
    given = setting(chosen(RUNS), [0] * RUNS)
    trained = Trained.of(given.circuits, given.program.padding)
    where = given.differences, given.root, given.program

    def forward() -> Any:
        return np.asarray(engine.run(given.batch, *where)[0])

    def loss(trained: Trained, sent: Any) -> tuple[Any, Any]:
        spikes = given.spikes(trained, 0.3, sent)
        found = smooth_statistics(spikes, given.members)
        return jnp.where(found.defined, found.values, 0.0).sum(), (spikes, found)

    improved = jax.jit(jax.grad(loss, has_aux=True))

    def slope() -> Any:
        return improved(trained, given.sent(trained))

    expected = forward()[given.warmup_ms :, :, 0]
    _, (spikes, found) = slope()
    differ = np.asarray(spikes) != expected
    n, same = int(expected.sum()), int((~differ.any(axis=(0, 2))).sum())
    told = (
        f"{differ.sum()} of {n:,} spikes differ; {same} of {RUNS} circuits are alike "
        f"throughout 5 s, all for {first_ms(differ)} ms"
    )
    holds = not differ.any()
    yield Bar("forward spikes equal `engine.run`", "bit for bit", told, holds)
    once, back = core_s(forward), core_s(lambda: jax.block_until_ready(slope()))
    ratio = f"{back / once:.2f}x ({back:.2f} and {once:.2f} core s)"
    yield Bar("gradient against forward time", "<= 4x", ratio, back <= 4 * once)
    yield smooth_error(given, np.asarray(spikes), found)


def first_ms(differ: Any) -> int:
    """Return for how many ms nothing differs; ``differ`` is bool (ms, C, N)."""
    some = differ.any(axis=(1, 2))
    return int(some.argmax()) if some.any() else some.size


def core_s(do: Callable[[], Any], times: int = 3) -> float:
    """Return the least of some core times; it was compiled before."""
    found = []
    for _ in range(times):
        started = time.process_time()
        do()
        found.append(time.process_time() - started)
    return min(found)


def smooth_error(given: Setting, spikes: Any, found: Any) -> Bar:
    """Return how far smooth statistics are from the exact ones of the same spikes."""
    members = np.asarray(given.members)
    exact = np.array(
        [exactly(spikes[:, k], members[k]) for k in range(len(given.circuits))]
    )
    both = np.isfinite(exact) & np.asarray(found.defined)
    apart = np.abs(np.asarray(found.values) - exact)
    worst = np.where(both, apart, 0.0).max(axis=0)
    which = SMOOTH_NAMES[int(worst.argmax())]
    told = f"{worst.max():.1e} at most (`{which}`), {both.sum()} values"
    demand = "<= 5e-3"
    return Bar("smooth against exact statistics", demand, told, worst.max() <= 5e-3)


def exactly(spikes: Any, members: Any) -> list[float]:
    """Return the statistics of spikes (ms, N) as simulations are described."""
    ms, unit = np.nonzero(spikes)
    duration_s = len(spikes) / MS_PER_S
    trains = SpikeTrains(unit, (ms + 0.5) / MS_PER_S, spikes.shape[1], duration_s)
    values = describe_matched(trains.rounded_to_ms(), members)
    return [float(values[name]) for name in SMOOTH_NAMES]
