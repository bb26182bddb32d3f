"""Calling what users add, on small inputs, as the run will call it."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jax
import numpy as np

from minicolumn.circuits.acetylcholine import condition_of
from minicolumn.circuits.circuit import Circuit, build_circuits
from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.distributions import at_quantile, quantile_of
from minicolumn.circuits.family import family
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Config
from minicolumn.config.circuits import Range
from minicolumn.errors import ExtensionError, MinicolumnError
from minicolumn.keys import Stream, generator
from minicolumn.mice.rivals import condition_of_rival
from minicolumn.recordings.readers import reader_name, reader_named
from minicolumn.recordings.recording import write_recording
from minicolumn.registry.lookup import Entry, Kind, added, entry
from minicolumn.simulation.currents import with_currents
from minicolumn.simulation.packing import pack, padding_of, spread
from minicolumn.simulation.runs import Run
from minicolumn.statistics.describe import draw_members, values_of
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.trains import SpikeTrains
from minicolumn.surrogates.dataset import TrainingRows, ValidationRows
from minicolumn.surrogates.models import fit

RATE_HZ = 10.0
MOST_ROWS, N_VALIDATION = 500, 40
QUANTILES = np.linspace(0, 1, 21)


def faults(cfg: Config) -> list[str]:
    """Return a sentence for everything added that fails, in the order of files."""
    found = []
    for one in added():
        try:
            check(one, cfg)
        except ExtensionError as error:
            found.append(str(error))
    return found


def check(one: Entry, cfg: Config) -> None:
    """Call what was added as the run will call it.

    Raises
    ------
    ExtensionError
        With file, line, name, what it was called with, and what it raised or returned.
    """
    with explained(one):
        CALLS[one.kind](one, cfg)


@contextmanager
def explained(one: Entry) -> Iterator[None]:
    """Raise whatever a call of ``one`` raises as one sentence.

    Raises
    ------
    ExtensionError
        See `check`.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        raise ExtensionError(_sentence(one, error)) from error


def _sentence(one: Entry, error: BaseException) -> str:
    said = " ".join(str(error).split())
    if not isinstance(error, MinicolumnError):
        said = f"{type(error).__name__}: {said}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.lineno for frame in frames if Path(frame.filename) == one.file]
    line = f", line {own[-1]}" if own else ""
    called = "".join(f", {note}" for note in getattr(error, "__notes__", ()))
    return f"{one.file}{line}: the {one.kind} {one.name!r}{called}: {said}"


@contextmanager
def called_with(what: str) -> Iterator[None]:
    """Add to whatever is raised what was called."""
    try:
        yield
    except (Exception, SystemExit) as error:
        error.add_note(f"called with {what}")
        raise


def _call_mechanism(one: Entry, cfg: Config) -> None:
    """Make a circuit's condition at each level, and hand it to the engine."""
    circuit = _circuit(cfg)
    dosed = cfg.acetylcholine.at_dose(circuit.max_mV)
    for level in cfg.acetylcholine.levels:
        with called_with(f"ACh level {level}"):
            _hand_over(condition_of(one.name, level, dosed), circuit, cfg)


def _call_rival(one: Entry, cfg: Config) -> None:
    """Make its condition at the ends of its range, and hand it to the engine.

    Raises
    ------
    ExtensionError
        If it does nothing in circuits of the run's family.
    """
    circuit = _circuit(cfg)
    nothing = jax.tree.leaves(_hand_over(Condition(), circuit, cfg))
    for strength in (one.about["low"], one.about["high"]):
        with called_with(f"strength {strength:g}"):
            condition = condition_of_rival(one.name, strength)
            given = jax.tree.leaves(_hand_over(condition, circuit, cfg))
            if all(map(np.array_equal, given, nothing)):
                raise ExtensionError(
                    f"returned {condition}, which does nothing in circuits of the "
                    f"family {cfg.circuits.family}: leave the rival out, or choose "
                    "another circuits.family"
                )


def _circuit(cfg: Config) -> Circuit:
    # Of built-in distributions: another extension must not be blamed on this one.
    prior = {
        name: allowed
        if entry("distribution", allowed.scale).is_built_in
        else allowed.model_copy(update={"scale": "uniform"})
        for name, allowed in cfg.prior.items()
    }
    (circuit,) = build_circuits(parameter_rows(prior, cfg.seed, [0]), cfg)
    return circuit


def _hand_over(condition: Condition, circuit: Circuit, cfg: Config) -> Any:
    """Return what the engine is given under a condition."""
    padding, dynamics = padding_of(circuit), family(cfg.circuits.family).dynamics
    warmup_ms, duration_ms = (
        round(1000 * seconds)
        for seconds in (cfg.simulation.warmup_s, cfg.simulation.duration_s)
    )
    runs = [Run(circuit, conditions=(condition,))]
    differences = spread(runs, padding, dynamics)
    n_ms = warmup_ms + duration_ms
    engine = (
        pack(runs, padding, dynamics, cfg),
        with_currents(differences, runs, padding, warmup_ms, n_ms),
    )
    if not all(np.isfinite(array).all() for array in jax.tree.leaves(engine)):
        raise ExtensionError(f"returned {condition}, which is not finite")
    return engine


def _call_family(one: Entry, cfg: Config) -> None:
    """Build a circuit and hand it to the engine, if it is the family of the run."""
    made = family(one.name)
    if cfg.circuits.family != one.name:
        return
    with called_with("circuit 0"):
        (circuit,) = build_circuits(parameter_rows(cfg.prior, cfg.seed, [0]), cfg)
        sizes = circuit.sizes
        if made.sizes:
            sizes = made.sizes(circuit.n, cfg.wiring.excitatory_fraction)
        if circuit.sizes != sizes or len(circuit.weights_uS) != sum(sizes):
            raise ExtensionError(
                f"built a circuit of sizes {circuit.sizes} with weights between "
                f"{len(circuit.weights_uS)} neurons, and sizes says {sizes}"
            )
        values = {k: v for k, v in vars(circuit).items() if not np.isfinite(v).all()}
        if values:
            raise ExtensionError(f"built a circuit whose {[*values]} is not finite")
        pack([Run(circuit)], padding_of(circuit), made.dynamics, cfg)


def _call_statistic(one: Entry, cfg: Config) -> None:
    """Describe Poisson units, and units that do not spike, some subsets empty."""
    n_units, duration_s = cfg.statistics.n_units, cfg.simulation.duration_s
    rng = generator(cfg.seed, Stream.EXTENSION_CHECKS)
    every = np.ones(n_units, dtype=bool)
    members = draw_members(every, n_units // 2, cfg.statistics.n_subsets, rng)
    members[-1] = False
    n_spikes = round(RATE_HZ * n_units * duration_s)
    spikes = rng.integers(n_units, size=n_spikes), rng.uniform(0, duration_s, n_spikes)
    silent = np.empty(0, int), np.empty(0)
    for what, (unit, time_s) in {"Poisson": spikes, "silent": silent}.items():
        with called_with(f"{n_units} {what} units"):
            trains = SpikeTrains(unit, time_s, n_units, duration_s)
            values_of(one, trains, members)


def _call_surrogate(one: Entry, cfg: Config) -> None:
    """Learn from random rows, as many as the run has, and predict."""
    rng = generator(cfg.seed, Stream.EXTENSION_CHECKS)
    available = cfg.circuits.count * len(cfg.acetylcholine.levels)
    names = (*cfg.prior, "level")

    def rows(n_rows: int) -> tuple:
        targets = rng.normal(size=(n_rows, len(STATISTIC_NAMES)))
        targets[::9] = np.nan
        inputs = rng.uniform(size=(n_rows, len(names)))
        return inputs, targets, np.arange(n_rows), cfg.prior, names

    training = TrainingRows(*rows(min(MOST_ROWS, available)))
    with called_with(f"{len(training)} rows"):
        made = fit(one.name, training, ValidationRows(*rows(N_VALIDATION)), {}, 0)
        made.predict(training.inputs)


def _call_distribution(one: Entry, cfg: Config) -> None:
    """Take quantiles of each range that is drawn from it, and go back."""
    own = {f"prior.{k}": v for k, v in cfg.prior.items() if v.scale == one.name}
    example = Range(low=1, high=2, scale=one.name, source="a check")
    for name, allowed in (own or {"low=1, high=2": example}).items():
        with called_with(name):
            _there_and_back(one, allowed)


def _there_and_back(one: Entry, allowed: Range) -> None:
    values = np.asarray(at_quantile(allowed, QUANTILES), float)
    float(at_quantile(allowed, 0.5))  # circuits are drawn one by one
    slack = 1e-9 * max(abs(allowed.low), abs(allowed.high))
    inside = (values >= allowed.low - slack) & (values <= allowed.high + slack)
    if values.shape != QUANTILES.shape or not inside.all():
        raise ExtensionError(
            f"at_quantile returned {values!r:.90} for {QUANTILES.size} quantiles: "
            f"return as many values, from {allowed.low} to {allowed.high}"
        )
    if (np.diff(values) < 0).any():
        raise ExtensionError("at_quantile falls: it has to rise from low to high")
    back = np.asarray(quantile_of(allowed, values), float)
    again = np.asarray(at_quantile(allowed, back), float)
    tolerance = 1e-6 * max(allowed.high - allowed.low, 1e-300)
    if back.shape != values.shape or not np.allclose(again, values, 0, tolerance):
        raise ExtensionError(
            f"quantile_of is no inverse of at_quantile: of {values!r:.60} it returned "
            f"{back!r:.60}"
        )


def _call_recordings(one: Entry, cfg: Config) -> None:
    """Read the smallest of the run's files, if it is the source of the run."""
    if cfg.recordings.source != one.name:
        return
    files = cfg.recordings.own_files
    session_id = min(files, key=lambda id_: files[id_].stat().st_size)
    with called_with(str(files[session_id])), TemporaryDirectory() as directory:
        recording = reader_named(reader_name(one.name))(files[session_id], session_id)
        paths = [Path(directory, name) for name in ("units", "speed", "intervals")]
        write_recording(recording, *paths)


CALLS: dict[Kind, Callable[[Entry, Config], None]] = {
    "mechanism": _call_mechanism,
    "rival": _call_rival,
    "statistic": _call_statistic,
    "surrogate": _call_surrogate,
    "distribution": _call_distribution,
    "family": _call_family,
    "recordings": _call_recordings,
}
