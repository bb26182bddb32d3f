"""Which engines are compared with this one, on a CPU and on a GPU."""

from typing import Any, NamedTuple

from worker import Peer

LONG_MS = 11_000
IN_THEIRS: Any = {"environment": ".venv-peers"}


class Company(NamedTuple):
    """Engines that are compared on one device.

    Attributes
    ----------
    ours
        Runs before and after each other engine.
    ours_long
        The same, one long run at a time: what rates and CV are compared with.
    speed_only, both
        Other engines; rates and CV are known of ``both``.
    clock
        What the ratio is of: ``core_s`` or ``wall_s``.
    """

    ours: Peer
    ours_long: Peer
    speed_only: tuple[Peer, ...]
    both: tuple[Peer, ...]
    clock: str

    def only(self, words: str) -> "Company":
        """Return the company of those with ``words`` in their name."""
        speed_only, both = (
            tuple(peer for peer in peers if words in peer.name)
            for peers in (self.speed_only, self.both)
        )
        return self._replace(speed_only=speed_only, both=both)

    @property
    def beside(self) -> tuple[Peer, ...]:
        """All other engines."""
        return (*self.speed_only, *self.both)


def ours(form: str, runs: int, run_ms: int) -> Peer:
    """Return this engine in one of its forms, with ``runs`` at all ACh levels."""
    words = {"xla": "float32", "fused": "fused"}[form]
    name = f"**this engine**, {words}, {runs:,} runs x 11 levels"
    return Peer(name, "engine_peer.py", run_ms, (str(runs), form))


def ours_long(form: str) -> Peer:
    """Return the same, one long run at a time."""
    one = ours(form, 1, LONG_MS)
    return one._replace(name=one.name.removesuffix(", 1 runs x 11 levels"))


def batch(circuits: int) -> str:
    """Return how a batch of ``circuits`` at all ACh levels is called."""
    return "11 levels" if circuits == 1 else f"{circuits:,} x 11 levels"


def jaxley(wiring: str, circuits: int, run_ms: int) -> Peer:
    """Return Jaxley with ``circuits`` times the ACh levels as its batch."""
    words = {"shared": "one shared graph", "any": "any wiring (all-to-all)"}[wiring]
    name = f"Jaxley, {words}, float32, {batch(circuits)}"
    return Peer(name, "jaxley_peer.py", run_ms, (str(circuits), wiring))


def brainpy(circuits: int, run_ms: int) -> Peer:
    """Return BrainPy with ``circuits`` times the ACh levels as its batch."""
    name = f"BrainPy, float32, {batch(circuits)}"
    return Peer(name, "brainpy_peer.py", run_ms, (str(circuits),), **IN_THEIRS)


ON_CPU = Company(
    ours("xla", 8, 1000),
    ours_long("xla"),
    (jaxley("shared", 1, 200), jaxley("any", 1, 100)),
    (
        Peer("Brian2, C++ standalone, float64", "brian2_peer.py", LONG_MS, **IN_THEIRS),
        brainpy(1, LONG_MS),
        Peer("NEURON, float64", "neuron_peer.py", LONG_MS, **IN_THEIRS),
        Peer("CoreNEURON, float64", "neuron_peer.py", LONG_MS, ("core",), **IN_THEIRS),
        *(
            Peer(
                "fused C++ by hand, float32, 11 levels",
                "fused_peer.py",
                LONG_MS,
                dt_ms=dt_ms,
            )
            for dt_ms in (None, 0.05)
        ),
    ),
    "core_s",
)
# How many circuits fill a GPU differs between engines: each has several batches.
ON_GPU = Company(
    ours("fused", 1024, 4000),
    ours_long("fused"),
    (
        ours("xla", 1024, 1000),
        *(jaxley("shared", circuits, 50) for circuits in (8, 256, 2048)),
        *(jaxley("any", circuits, 50) for circuits in (8, 256, 1024)),
        brainpy(256, 1000),
    ),
    (brainpy(1, LONG_MS),),
    "wall_s",
)
