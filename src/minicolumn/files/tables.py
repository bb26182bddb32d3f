"""Every table the workflow keeps: columns, units, meanings, in one place."""

import pyarrow as pa

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.files.columns import (
    CIRCUIT,
    COMPARED,
    DOSE,
    DURATION,
    EPOCH,
    EPOCHS_PER_STATE,
    LEVEL,
    MECHANISM,
    OUTCOME,
    SELECTED,
    SESSION,
    SIZE,
    STATE,
    STATE_NAME,
    STATISTIC,
    STATISTIC_COLUMNS,
    TRAINING_SET,
    TRIAL,
)
from minicolumn.files.store import Column, Schema
from minicolumn.files.tables_on_request import (
    ACH_INDEX as ACH_INDEX,
    CURRENTS as CURRENTS,
    DOSE_RESPONSES as DOSE_RESPONSES,
    IDENTIFIED as IDENTIFIED,
    MICROPERTURBATIONS as MICROPERTURBATIONS,
    OPTOGENETIC_CHANGES as OPTOGENETIC_CHANGES,
    OPTOGENETIC_SCORES as OPTOGENETIC_SCORES,
    PERTURBATION_SCORES as PERTURBATION_SCORES,
    PERTURBED_STATISTICS as PERTURBED_STATISTICS,
    PERTURBED_STUDENTS as PERTURBED_STUDENTS,
    SENSITIVITIES as SENSITIVITIES,
    TEACHER_STUDENT as TEACHER_STUDENT,
    TUNED_CHECKS as TUNED_CHECKS,
    TUNED_STATISTICS as TUNED_STATISTICS,
    TUNED_STEPS as TUNED_STEPS,
)


def _table(name: str, *columns: Column, extra: bool = False) -> Schema:
    return Schema(name, columns, extra)


# The other columns of open tables are the parameters of the family of circuits.
CIRCUITS = _table("circuits", CIRCUIT, extra=True)


_RUN = (
    *SIZE,
    DURATION,
    Column("spike_unit", pa.list_(pa.uint16()), "1", "unit of each spike"),
    Column("spike_time_ms", pa.list_(pa.float32()), "ms", "after the warm-up"),
)

SIMULATIONS = _table("simulations", CIRCUIT, MECHANISM, LEVEL, OUTCOME, *_RUN)

REPEATS = _table("repeats", CIRCUIT, MECHANISM, LEVEL, TRIAL, OUTCOME, *_RUN)

MICE = _table(
    "synthetic_mice",
    SESSION,
    CIRCUIT,
    MECHANISM,
    Column("level_stationary", pa.float64(), "1", "ACh level at rest"),
    Column("level_running", pa.float64(), "1", "ACh level while running"),
    DOSE,
    *SIZE,
    Column("n_fast_spiking", pa.int32(), "neurons", "the last units"),
    Column("spike_unit", pa.list_(pa.uint16()), "1", "unit of each spike"),
    Column("spike_time_s", pa.list_(pa.float64()), "s", "ascending"),
    Column("bout_start_s", pa.list_(pa.float64()), "s", "start of each bout"),
    Column("bout_stop_s", pa.list_(pa.float64()), "s", "end of each bout"),
    Column("bout_running", pa.list_(pa.bool_()), "1", "running or at rest"),
)

UNITS = _table(
    "units",
    Column("unit_id", pa.int64(), "1", "identity of the sorted unit"),
    Column("area", pa.string(), "1", "structure acronym, such as VISp"),
    Column("probe", pa.string(), "1", "probe the unit was recorded on"),
    Column("presence_ratio", pa.float64(), "1", "fraction of session with spikes"),
    Column("isi_violations", pa.float64(), "1", "relative contamination rate"),
    Column("amplitude_cutoff", pa.float64(), "1", "estimated miss rate"),
    Column("waveform_duration_ms", pa.float64(), "ms", "trough to peak"),
    Column("spike_times_s", pa.list_(pa.float64()), "s", "ascending"),
)

SPEED = _table(
    "speed",
    Column("start_s", pa.float64(), "s", "start of the frame interval"),
    Column("stop_s", pa.float64(), "s", "end of the frame interval"),
    Column("speed_cm_s", pa.float64(), "cm/s", "mean running speed; null if bad"),
    Column("pupil", pa.float64(), "see file", "size of the pupil; null if unknown"),
)

INTERVALS = _table(
    "intervals",
    Column("start_s", pa.float64(), "s", "start"),
    Column("stop_s", pa.float64(), "s", "end"),
    Column("kind", pa.string(), "1", "stimulus, invalid, observed or state"),
    Column("label", pa.string(), "1", "stimulus, what is invalid, unit, or role"),
)

EPOCHS = _table(
    "epochs",
    SESSION,
    EPOCH,
    STATE,
    STATE_NAME,
    Column("start_s", pa.float64(), "s", "start"),
    Column("stop_s", pa.float64(), "s", "end"),
    Column("stimulus", pa.string(), "1", "what was on the screen"),
    Column("mean_speed_cm_s", pa.float64(), "cm/s", "mean of |speed|"),
    Column("max_speed_cm_s", pa.float64(), "cm/s", "maximum of |speed|"),
    Column("fraction_moving", pa.float64(), "1", "samples above moving threshold"),
    Column("mean_pupil", pa.float64(), "see file", "mean size of the pupil"),
    SELECTED,
)

REFUSED_FILES = _table(
    "refused_files",
    Column("mechanism", pa.string(), "1", "whose archive the file lies in"),
    Column("file", pa.string(), "1", "its name there, in printable characters"),
    Column("reason", pa.string(), "1", "why it is not used"),
)

EPOCH_COUNTS = _table(
    "epoch_counts",
    SESSION,
    Column("thresholds", pa.string(), "1", "name of the thresholds tried"),
    Column("stimulus", pa.string(), "1", "spontaneous or all"),
    Column("window_s", pa.float64(), "s", "length of the windows"),
    SELECTED,
    *EPOCHS_PER_STATE,
)

SESSIONS = _table(
    "sessions",
    SESSION,
    Column("origin", pa.string(), "1", "allen, synthetic or other"),
    Column("outcome", pa.string(), "1", "ok, or why the session is not scored"),
    SELECTED,
    *EPOCHS_PER_STATE,
)

_DESCRIBED = (
    DURATION,
    Column("n_units", pa.int32(), "1", "units in each subset"),
    *STATISTIC_COLUMNS,
)

SIMULATED_STATISTICS = _table(
    "simulated_statistics", CIRCUIT, MECHANISM, LEVEL, OUTCOME, *_DESCRIBED
)

REPEATED_STATISTICS = _table(
    "repeated_statistics",
    *(CIRCUIT, MECHANISM, LEVEL, TRIAL, OUTCOME, *_DESCRIBED),
)

COHORT = _table(
    "cohort",
    CIRCUIT,
    Column("truth", pa.string(), "1", "mechanism or rival to be found, or none"),
    MECHANISM,
    Column("causes", pa.string(), "1", "what else changes its state: a+b, or empty"),
    Column("strength", pa.float64(), "1", "of its rival, in the unit of that; missing"),
    STATE,
    Column("epoch", pa.int32(), "1", "number within the state"),
    LEVEL,
    Column("rise", pa.float64(), "1", "ACh while running over that at rest"),
    DOSE,
    OUTCOME,
    DURATION,
    Column("n_units", pa.int32(), "units", "units in each subset"),
    *STATISTIC_COLUMNS,
)

RECORDED_STATISTICS = _table(
    "recorded_statistics",
    SESSION,
    EPOCH,
    STATE,
    STATE_NAME,
    *_DESCRIBED,
)

POSTERIOR_SAMPLES = _table(
    "posterior_samples",
    SESSION,
    MECHANISM,
    Column("draw", pa.int32(), "1", "number of the draw from the posterior"),
    Column("level", pa.float64(), "1", "ACh level at rest, 0 to 1"),
    extra=True,
)

PREDICTIONS = _table(
    "predictions",
    Column("target_id", pa.int64(), "1", "session, or circuit of the mouse"),
    Column("target", pa.string(), "1", "session, or held_out mouse"),
    COMPARED,
    Column(
        "selector", pa.string(), "1", "circuits: prior, nearest, posterior or gradient"
    ),
    Column("forward", pa.string(), "1", "surrogate, simulator, its bank or rate_alone"),
    TRAINING_SET,
    STATISTIC,
    Column("predicted", pa.float64(), "see statistic", "median or mean change"),
    Column("p_up", pa.float64(), "1", "predicted probability of a rise"),
    Column("low", pa.float64(), "see statistic", "5th percentile of the change"),
    Column("high", pa.float64(), "see statistic", "95th percentile of the change"),
    Column("observed", pa.float64(), "see statistic", "more minus less ACh"),
    Column("scale", pa.float64(), "see statistic", "SD of the simulated change"),
)

PREDICTIVE_CHECKS = _table(
    "predictive_checks",
    SESSION,
    TRAINING_SET,
    Column("architecture", pa.string(), "1", "transformer, mlp or xgboost"),
    Column("statistic", pa.string(), "1", "one of the 11, or all of them"),
    Column("n_statistics", pa.int32(), "1", "statistics compared"),
    Column("p", pa.float64(), "1", "Bayesian p-value of the observed change"),
)

RATE_MATCHING = _table(
    "rate_matching",
    Column("source", pa.string(), "1", "session, cohort, or a mechanism simulated"),
    Column("session_id", pa.int64(), "1", "which session; null for other sources"),
    Column("statistic", pa.string(), "1", "one with a rate-matched version"),
    COMPARED,
    Column("finding", pa.string(), "1", "what both changes say together"),
    *(
        column
        for version in ("raw", "matched")
        for column in (
            Column(f"{version}_mean", pa.float64(), "see statistic", "mean change"),
            Column(f"{version}_low", pa.float64(), "see statistic", "interval from"),
            Column(f"{version}_high", pa.float64(), "see statistic", "interval to"),
            Column(f"{version}_n", pa.int64(), "1", "bouts, sessions or circuits"),
        )
    ),
)

AT_REST = "typicality_rest"
TYPICALITIES = (AT_REST, *(f"typicality_{name}" for name in CLASSES))

DOMAIN = _table(
    "domain",
    SESSION,
    *(
        Column(name, pa.float64(), "1", f"p-value among simulated mice: {what}")
        for name, what in zip(
            TYPICALITIES,
            ("rest, all mice", *(f"rest and change, {name}" for name in CLASSES)),
            strict=True,
        )
    ),
    Column("inside", pa.bool_(), "1", "like mice of any class; null: not known"),
    Column("outside", pa.list_(pa.string()), "1", "statistics out of their range"),
)

INFERRED_MECHANISMS = _table(
    "inferred_mechanisms",
    SESSION,
    *EPOCHS_PER_STATE,
    *(
        Column(f"probability_{c}", pa.float64(), "1", "under equal priors")
        for c in CLASSES
    ),
    Column("claim", pa.string(), "1", "a class, undecided or outside the domain"),
)

OBSERVED_CHANGES = _table(
    "observed_changes",
    SESSION,
    STATISTIC,
    COMPARED,
    Column("change", pa.float64(), "see statistic", "more minus less ACh"),
    Column("se", pa.float64(), "see statistic", "standard error over bouts"),
    Column("df", pa.float64(), "1", "its degrees of freedom (Welch)"),
    Column("p_sign", pa.float64(), "1", "P(bouts redrawn give the same sign)"),
    Column("half_change_1", pa.float64(), "see statistic", "even bouts alone"),
    Column("half_change_2", pa.float64(), "see statistic", "odd bouts alone"),
    Column("sham_change", pa.float64(), "see statistic", "late minus early, less ACh"),
    Column("n_stationary", pa.int32(), "1", "epochs with less ACh that define it"),
    Column("n_running", pa.int32(), "1", "epochs with more ACh that define it"),
)
