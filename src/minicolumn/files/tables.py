"""Every table the workflow keeps: columns, units, meanings, in one place."""

from collections.abc import Iterable

import pyarrow as pa

from minicolumn.circuits.family import Parameter
from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.files.store import Column, Schema
from minicolumn.statistics.names import EXTRAS, MATCHED, STATISTICS

_STATISTIC_COLUMNS = tuple(
    Column(s.name, pa.float64(), s.unit, f"{s.description}; null when undefined")
    for s in (*STATISTICS, *EXTRAS, *MATCHED)
)
_MECHANISM = Column("mechanism", pa.string(), "1", "mechanism of acetylcholine")
_CIRCUIT = Column("circuit_id", pa.int64(), "1", "identity of the circuit")
_SESSION = Column("session_id", pa.int64(), "1", "identity of the recording session")
_STATE = Column("state", pa.string(), "1", "stationary or running")
_LEVEL = Column("level", pa.float64(), "1", "ACh level, 0 to 1")
_TRIAL = Column("trial", pa.int32(), "1", "which background; 0 is that of simulations")
_OUTCOME = Column("outcome", pa.string(), "1", "how the simulation ended")
_STATISTIC = Column("statistic", pa.string(), "1", "one of the 11")
_DURATION = Column("duration_s", pa.float64(), "s", "length of the window described")

# The other columns of open tables are the parameters of the family of circuits.
CIRCUITS = Schema("circuits", (_CIRCUIT,), extra=True)


def parameter_columns(parameters: Iterable[Parameter]) -> tuple[Column, ...]:
    """Return the columns that tables of circuits have besides their own."""
    return tuple(Column(p.name, pa.float64(), p.unit, p.meaning) for p in parameters)


_RUN = (
    Column("n_units", pa.int32(), "neurons", "size of the circuit"),
    Column("n_excitatory", pa.int32(), "neurons", "units 0..n_excitatory-1"),
    _DURATION,
    Column("spike_unit", pa.list_(pa.uint16()), "1", "unit of each spike"),
    Column("spike_time_ms", pa.list_(pa.float32()), "ms", "after the warm-up"),
)

SIMULATIONS = Schema("simulations", (_CIRCUIT, _MECHANISM, _LEVEL, _OUTCOME, *_RUN))

REPEATS = Schema("repeats", (_CIRCUIT, _MECHANISM, _LEVEL, _TRIAL, _OUTCOME, *_RUN))

MICE = Schema(
    "synthetic_mice",
    (
        _SESSION,
        _CIRCUIT,
        _MECHANISM,
        Column("level_stationary", pa.float64(), "1", "ACh level at rest"),
        Column("level_running", pa.float64(), "1", "ACh level while running"),
        Column("max_mV", pa.float64(), "mV", "depolarization at the highest level"),
        Column("n_units", pa.int32(), "neurons", "size of the circuit"),
        Column("n_excitatory", pa.int32(), "neurons", "units 0..n_excitatory-1"),
        Column("spike_unit", pa.list_(pa.uint16()), "1", "unit of each spike"),
        Column("spike_time_s", pa.list_(pa.float64()), "s", "ascending"),
        Column("bout_start_s", pa.list_(pa.float64()), "s", "start of each bout"),
        Column("bout_stop_s", pa.list_(pa.float64()), "s", "end of each bout"),
        Column("bout_running", pa.list_(pa.bool_()), "1", "running or at rest"),
    ),
)

UNITS = Schema(
    "units",
    (
        Column("unit_id", pa.int64(), "1", "identity of the sorted unit"),
        Column("area", pa.string(), "1", "structure acronym, such as VISp"),
        Column("probe", pa.string(), "1", "probe the unit was recorded on"),
        Column("presence_ratio", pa.float64(), "1", "fraction of session with spikes"),
        Column("isi_violations", pa.float64(), "1", "relative contamination rate"),
        Column("amplitude_cutoff", pa.float64(), "1", "estimated miss rate"),
        Column("waveform_duration_ms", pa.float64(), "ms", "trough to peak"),
        Column("spike_times_s", pa.list_(pa.float64()), "s", "ascending"),
    ),
)

SPEED = Schema(
    "speed",
    (
        Column("start_s", pa.float64(), "s", "start of the frame interval"),
        Column("stop_s", pa.float64(), "s", "end of the frame interval"),
        Column("speed_cm_s", pa.float64(), "cm/s", "mean running speed; null if bad"),
    ),
)

INTERVALS = Schema(
    "intervals",
    (
        Column("start_s", pa.float64(), "s", "start"),
        Column("stop_s", pa.float64(), "s", "end"),
        Column("kind", pa.string(), "1", "stimulus or invalid"),
        Column("label", pa.string(), "1", "stimulus name, or what is invalid"),
    ),
)

EPOCHS = Schema(
    "epochs",
    (
        _SESSION,
        Column("epoch", pa.int32(), "1", "number within the session"),
        _STATE,
        Column("start_s", pa.float64(), "s", "start"),
        Column("stop_s", pa.float64(), "s", "end"),
        Column("stimulus", pa.string(), "1", "what was on the screen"),
        Column("mean_speed_cm_s", pa.float64(), "cm/s", "mean of |speed|"),
        Column("max_speed_cm_s", pa.float64(), "cm/s", "maximum of |speed|"),
        Column("fraction_moving", pa.float64(), "1", "samples above moving threshold"),
        Column("n_units", pa.int32(), "1", "units that passed selection"),
    ),
)

REFUSED_FILES = Schema(
    "refused_files",
    (
        Column("mechanism", pa.string(), "1", "whose archive the file lies in"),
        Column("file", pa.string(), "1", "its name there, in printable characters"),
        Column("reason", pa.string(), "1", "why it is not used"),
    ),
)

EPOCH_COUNTS = Schema(
    "epoch_counts",
    (
        _SESSION,
        Column("thresholds", pa.string(), "1", "name of the thresholds tried"),
        Column("stimulus", pa.string(), "1", "spontaneous or all"),
        Column("window_s", pa.float64(), "s", "length of the windows"),
        Column("n_units", pa.int32(), "1", "units that passed selection"),
        Column("n_stationary", pa.int32(), "1", "stationary epochs"),
        Column("n_running", pa.int32(), "1", "running epochs"),
    ),
)

SESSIONS = Schema(
    "sessions",
    (
        _SESSION,
        Column("origin", pa.string(), "1", "allen, synthetic or other"),
        Column("outcome", pa.string(), "1", "ok, or why the session is not scored"),
        Column("n_units", pa.int32(), "1", "units that passed selection"),
        Column("n_stationary", pa.int32(), "1", "stationary epochs"),
        Column("n_running", pa.int32(), "1", "running epochs"),
    ),
)

_DESCRIBED = (
    _DURATION,
    Column("n_units", pa.int32(), "1", "units in each subset"),
    *_STATISTIC_COLUMNS,
)

SIMULATED_STATISTICS = Schema(
    "simulated_statistics", (_CIRCUIT, _MECHANISM, _LEVEL, _OUTCOME, *_DESCRIBED)
)

REPEATED_STATISTICS = Schema(
    "repeated_statistics", (_CIRCUIT, _MECHANISM, _LEVEL, _TRIAL, _OUTCOME, *_DESCRIBED)
)

COHORT = Schema(
    "cohort",
    (
        _CIRCUIT,
        Column("truth", pa.string(), "1", "mechanism to be found, or none"),
        _MECHANISM,
        _STATE,
        Column("epoch", pa.int32(), "1", "number within the state"),
        _LEVEL,
        Column("max_mV", pa.float64(), "mV", "depolarization at the highest level"),
        _OUTCOME,
        _DURATION,
        Column("n_units", pa.int32(), "units", "units in each subset"),
        *_STATISTIC_COLUMNS,
    ),
)

RECORDED_STATISTICS = Schema(
    "recorded_statistics",
    (
        _SESSION,
        Column("epoch", pa.int32(), "1", "number within the session"),
        _STATE,
        _DURATION,
        Column("n_units", pa.int32(), "1", "units in each subset"),
        *_STATISTIC_COLUMNS,
    ),
)

POSTERIOR_SAMPLES = Schema(
    "posterior_samples",
    (
        _SESSION,
        _MECHANISM,
        Column("draw", pa.int32(), "1", "number of the draw from the posterior"),
        Column("level", pa.float64(), "1", "ACh level at rest, 0 to 1"),
    ),
    extra=True,
)

PREDICTIONS = Schema(
    "predictions",
    (
        Column("target_id", pa.int64(), "1", "session, or circuit of the mouse"),
        Column("target", pa.string(), "1", "session, or held_out mouse"),
        Column("selector", pa.string(), "1", "circuits: prior, nearest or posterior"),
        Column("forward", pa.string(), "1", "surrogate, simulator bank or rate_alone"),
        Column("training_set", pa.string(), "1", "mechanism, or ACh-shuffled control"),
        _STATISTIC,
        Column("predicted", pa.float64(), "see statistic", "median or mean change"),
        Column("p_up", pa.float64(), "1", "predicted probability of a rise"),
        Column("low", pa.float64(), "see statistic", "5th percentile of the change"),
        Column("high", pa.float64(), "see statistic", "95th percentile of the change"),
        Column("observed", pa.float64(), "see statistic", "running minus stationary"),
        Column("scale", pa.float64(), "see statistic", "SD of the simulated change"),
    ),
)

PREDICTIVE_CHECKS = Schema(
    "predictive_checks",
    (
        _SESSION,
        Column("training_set", pa.string(), "1", "mechanism, or ACh-shuffled control"),
        Column("architecture", pa.string(), "1", "transformer, mlp or xgboost"),
        Column("statistic", pa.string(), "1", "one of the 11, or all of them"),
        Column("n_statistics", pa.int32(), "1", "statistics compared"),
        Column("p", pa.float64(), "1", "Bayesian p-value of the observed change"),
    ),
)

RATE_MATCHING = Schema(
    "rate_matching",
    (
        Column("source", pa.string(), "1", "session, cohort, or a mechanism simulated"),
        Column("session_id", pa.int64(), "1", "which session; null for other sources"),
        Column("statistic", pa.string(), "1", "one with a rate-matched version"),
        Column("finding", pa.string(), "1", "what both changes say together"),
        *(
            Column(f"{version}_{name}", kind, unit, meaning)
            for version in ("raw", "matched")
            for name, kind, unit, meaning in (
                ("mean", pa.float64(), "see statistic", "mean change"),
                ("low", pa.float64(), "see statistic", "interval from"),
                ("high", pa.float64(), "see statistic", "interval to"),
                ("n", pa.int64(), "1", "epochs, sessions or circuits"),
            )
        ),
    ),
)

_TYPICAL_IN = {"rest": "rest, all mice"} | {c: f"rest and change, {c}" for c in CLASSES}
TYPICALITIES = tuple(f"typicality_{name}" for name in _TYPICAL_IN)

DOMAIN = Schema(
    "domain",
    (
        _SESSION,
        *(
            Column(name, pa.float64(), "1", f"p-value among simulated mice: {what}")
            for name, what in zip(TYPICALITIES, _TYPICAL_IN.values(), strict=True)
        ),
        Column("inside", pa.bool_(), "1", "like mice of any class; null: not known"),
        Column("outside", pa.list_(pa.string()), "1", "statistics out of their range"),
    ),
)

INFERRED_MECHANISMS = Schema(
    "inferred_mechanisms",
    (
        _SESSION,
        Column("n_stationary", pa.int32(), "1", "stationary epochs"),
        Column("n_running", pa.int32(), "1", "running epochs"),
        *(
            Column(f"probability_{c}", pa.float64(), "1", "under equal priors")
            for c in CLASSES
        ),
        Column("claim", pa.string(), "1", "a class, undecided or outside the domain"),
    ),
)

OBSERVED_CHANGES = Schema(
    "observed_changes",
    (
        _SESSION,
        _STATISTIC,
        Column("change", pa.float64(), "see statistic", "running minus stationary"),
        Column("se", pa.float64(), "see statistic", "standard error over epochs"),
        Column("p_sign", pa.float64(), "1", "P(epochs redrawn give the same sign)"),
        Column("half_change_1", pa.float64(), "see statistic", "even epochs alone"),
        Column("half_change_2", pa.float64(), "see statistic", "odd epochs alone"),
        Column("sham_change", pa.float64(), "see statistic", "late minus early rest"),
        Column("n_stationary", pa.int32(), "1", "stationary epochs that define it"),
        Column("n_running", pa.int32(), "1", "running epochs that define it"),
    ),
)
