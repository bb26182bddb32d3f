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


def jaxley(wiring: str, circuits: int, run_ms: int) -> Peer:
    """Return Jaxley with ``circuits`` times the ACh levels as its batch."""
    words = {"shared": "one shared graph", "any": "any wiring (all-to-all)"}[wiring]
    batch = "11 levels" if circuits == 1 else f"{circuits:,} x 11 levels"
    name = f"Jaxley, {words}, float32, {batch}"
    return Peer(name, "jaxley_peer.py", run_ms, (str(circuits), wiring))


ON_CPU = Company(
    Peer(
        "**this engine**, float32, 8 runs x 11 levels",
        "engine_peer.py",
        1000,
        ("8", "xla"),
    ),
    Peer("**this engine**, float32", "engine_peer.py", LONG_MS, ("1", "xla")),
    (jaxley("shared", 1, 200), jaxley("any", 1, 100)),
    (
        Peer("Brian2, C++ standalone, float64", "brian2_peer.py", LONG_MS, **IN_THEIRS),
        Peer(
            "BrainPy, float32, 11 levels",
            "brainpy_peer.py",
            LONG_MS,
            ("1",),
            **IN_THEIRS,
        ),
        Peer("NEURON, float64", "neuron_peer.py", LONG_MS, **IN_THEIRS),
        Peer("CoreNEURON, float64", "neuron_peer.py", LONG_MS, ("core",), **IN_THEIRS),
        Peer("fused C++ by hand, float32, 11 levels", "fused_peer.py", LONG_MS),
        Peer(
            "fused C++ by hand, float32, 11 levels",
            "fused_peer.py",
            LONG_MS,
            dt_ms=0.05,
        ),
    ),
    "core_s",
)
# How many circuits fill a GPU differs between engines: each has several batches.
ON_GPU = Company(
    Peer(
        "**this engine**, fused, 1,024 runs x 11 levels",
        "engine_peer.py",
        4000,
        ("1024", "fused"),
    ),
    Peer("**this engine**, fused", "engine_peer.py", LONG_MS, ("1", "fused")),
    (
        Peer(
            "this engine, XLA, 1,024 runs x 11 levels",
            "engine_peer.py",
            1000,
            ("1024", "xla"),
        ),
        *(jaxley("shared", circuits, 50) for circuits in (8, 256, 2048)),
        *(jaxley("any", circuits, 50) for circuits in (8, 256, 1024)),
        Peer(
            "BrainPy, float32, 256 x 11 levels",
            "brainpy_peer.py",
            1000,
            ("256",),
            **IN_THEIRS,
        ),
    ),
    (
        Peer(
            "BrainPy, float32, 11 levels",
            "brainpy_peer.py",
            LONG_MS,
            ("1",),
            **IN_THEIRS,
        ),
    ),
    "wall_s",
)
