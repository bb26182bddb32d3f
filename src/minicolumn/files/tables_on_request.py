"""Tables that only targets on request make; `tables` has them too."""

import pyarrow as pa

from minicolumn.files.columns import (
    CIRCUIT,
    COMPARED,
    EPOCH,
    LEVEL,
    MECHANISM,
    OUTCOME,
    SESSION,
    STATE,
    STATE_NAME,
    STATISTIC,
    TRIAL,
    described_by,
)
from minicolumn.files.store import Column, Schema
from minicolumn.statistics.names import STATISTICS

ACH_INDEX = Schema(
    "ach_index",
    (
        *(SESSION, EPOCH, STATE, STATE_NAME),
        Column("mean_speed_cm_s", pa.float64(), "cm/s", "mean of |speed|"),
        Column("mean_pupil", pa.float64(), "see file", "mean size of the pupil"),
        Column("ach_index", pa.float64(), "1", "proxy of relative ACh; null: unknown"),
    ),
)

DOSE_RESPONSES = Schema(
    "dose_responses",
    (
        *(SESSION, COMPARED),
        Column("scope", pa.string(), "1", "all epochs, or within states"),
        STATISTIC,
        Column("n_epochs", pa.int32(), "1", "epochs with index and statistic"),
        Column("rho", pa.float64(), "1", "Spearman's, of index and statistic"),
        Column("p", pa.float64(), "1", "share of shifts of the index as large"),
        Column("z", pa.float64(), "1", "rho less the mean of shifts, in their SD"),
    ),
)

_FIT = SESSION, Column("start", pa.int32(), "1", "number of the fit"), CIRCUIT

TUNED_STEPS = Schema(
    "tuned_steps",
    (
        *_FIT,
        Column("step", pa.int32(), "1", "step of the fit, from 0"),
        Column("loss", pa.float64(), "1", "mean over statistics of rho(z)"),
        Column("norm", pa.float64(), "1", "norm of the relative gradient"),
        Column("gain", pa.float64(), "1", "on the gradient through synapses"),
    ),
)

TUNED_STATISTICS = Schema(
    "tuned_statistics",
    (
        *_FIT,
        Column("fitted", pa.bool_(), "1", "after the fit; else before"),
        *(MECHANISM, STATE, TRIAL, OUTCOME),
        *described_by(STATISTICS),
    ),
)

TUNED_CHECKS = Schema(
    "tuned_checks",
    (
        *_FIT,
        Column("outcome", pa.string(), "1", "how the fit ended"),
        STATISTIC,
        Column("trained", pa.bool_(), "1", "whether the fit had this target"),
        Column("target", pa.float64(), "even scale", "mean of conditioning epochs"),
        Column("sd", pa.float64(), "even scale", "what one epoch scatters by"),
        Column("z_target_before", pa.float64(), "1", "start minus target, in sd"),
        Column("z_target_after", pa.float64(), "1", "fit minus target, in sd"),
        Column("z_before", pa.float64(), "1", "start minus evaluation epochs, in sd"),
        Column("z_after", pa.float64(), "1", "fit minus evaluation epochs, in sd"),
    ),
)

_PARAMETER = Column("parameter", pa.string(), "1", "parameter of the circuit")

PERTURBED_STATISTICS = Schema(
    "perturbed_statistics",
    (
        CIRCUIT,
        _PARAMETER,
        Column("step", pa.float64(), "prior SD", "change of the parameter"),
        *(MECHANISM, LEVEL, TRIAL, OUTCOME),
        *described_by(STATISTICS),
    ),
)

SENSITIVITIES = Schema(
    "sensitivities",
    (
        *(CIRCUIT, MECHANISM, STATE, _PARAMETER, STATISTIC),
        Column(
            "surrogate", pa.float64(), "SD / prior SD", "derivative, in epoch noise"
        ),
        Column("simulator", pa.float64(), "SD / prior SD", "the same by differences"),
        Column("simulator_se", pa.float64(), "SD / prior SD", "its standard error"),
    ),
)

IDENTIFIED = Schema(
    "identified",
    (
        CIRCUIT,
        MECHANISM,
        Column("directions_rest", pa.int32(), "1", "identifiable by epochs at rest"),
        Column("directions_both", pa.int32(), "1", "and by as many while running"),
        Column("effect", pa.float64(), "1", "of the mechanism, in SD of the noise"),
        Column("angle_deg", pa.float64(), "degrees", "from what parameters do"),
        Column("chance_deg", pa.float64(), "degrees", "median of random directions"),
    ),
)

TEACHER_STUDENT = Schema(
    "teacher_student",
    (
        Column("n_neurons", pa.int32(), "neurons", "of the teacher"),
        Column("rank", pa.int32(), "1", "of its connections"),
        Column("dimension", pa.float64(), "1", "participation ratio of its currents"),
        Column("n_recorded", pa.int32(), "neurons", "that the student was fitted to"),
        Column("student", pa.int32(), "1", "number; each starts elsewhere"),
        Column("error_recorded", pa.float64(), "1", "of currents into these neurons"),
        Column("error_unrecorded", pa.float64(), "1", "of currents into the others"),
        Column("parameter_error", pa.float64(), "1", "over that before the fit"),
    ),
)

CURRENTS = Schema(
    "currents",
    (
        SESSION,
        STATE,
        COMPARED,
        Column(
            "network", pa.int32(), "1", "number of the network; others start elsewhere"
        ),
        Column("target", pa.string(), "1", "group of units that receives"),
        Column("source", pa.string(), "1", "group of units that it comes from"),
        Column("n_target", pa.int32(), "units", "units of the target"),
        Column("n_source", pa.int32(), "units", "units of the source"),
        Column(
            "share", pa.float64(), "1", "of the variance of currents into the target"
        ),
        Column("mean", pa.float64(), "1", "mean current into a unit of the target"),
        Column("agreement", pa.float64(), "1", "mean correlation with other networks"),
        Column(
            "explained", pa.float64(), "1", "variance of all activity, fitted epochs"
        ),
        Column(
            "forecast", pa.float64(), "1", "correlation of next changes, other epochs"
        ),
        Column(
            "forecast_shifted", pa.float64(), "1", "the same, source shifted in time"
        ),
    ),
)

_OF_REFERENCE = (
    Column("regime", pa.string(), "1", "evoked or spontaneous: with the stimulus?"),
    Column("reference", pa.string(), "1", "reference circuit: coupling and number"),
    Column("student", pa.string(), "1", "variant of network, or a control's name"),
    Column("start", pa.int32(), "1", "number of the fit; missing for controls"),
)

_STUDENT = (
    *_OF_REFERENCE,
    Column("loss_neurons", pa.float64(), "1", "of means over held-out trials"),
    Column("loss_trials", pa.float64(), "1", "of single held-out trials, matched"),
    Column("manipulation", pa.string(), "1", "kind of light or mechanism of ACh"),
)

PERTURBED_STUDENTS = Schema(
    "perturbed_students",
    (
        *_STUDENT,
        Column("perturbation", pa.string(), "1", "which light or ACh"),
        Column("strength", pa.float64(), "nA or 1", "of light, or the level of ACh"),
        Column(
            "light_inh_per_nA", pa.float64(), "1/nA", "calibrated light, inhibitory"
        ),
        Column(
            "light_exc_per_nA", pa.float64(), "1/nA", "calibrated light, excitatory"
        ),
        Column("change_hz", pa.list_(pa.float64()), "Hz", "of each neuron's rate"),
        Column("go_change", pa.float64(), "1", "of the probability of go"),
    ),
)

PERTURBATION_SCORES = Schema(
    "perturbation_scores",
    (
        *_STUDENT,
        Column("n_changes", pa.int32(), "1", "changes of neurons that are scored"),
        Column(
            "skill", pa.float64(), "1", "1 less squared error over that of no change"
        ),
        Column("scaled_skill", pa.float64(), "1", "skill with the best free factor"),
        Column("sign", pa.float64(), "1", "share of all change with the right sign"),
        Column("group_skill", pa.float64(), "1", "skill for means of areas and types"),
        Column("within_correlation", pa.float64(), "1", "mean, within area and type"),
        Column("go_error", pa.float64(), "1", "mean absolute error of go_change"),
    ),
)

MICROPERTURBATIONS = Schema(
    "microperturbations",
    (
        *_OF_REFERENCE,
        Column("choice", pa.string(), "1", "rule that chooses neurons"),
        Column("direction", pa.string(), "1", "up or down; missing if it has none"),
        Column("n_candidates", pa.int32(), "neurons", "recorded neurons"),
        Column("neurons", pa.list_(pa.int32()), "1", "chosen, of all sets if random"),
        Column("correlation", pa.float64(), "1", "ranking and effects of candidates"),
        Column("within_correlation", pa.float64(), "1", "mean, within area and type"),
        Column("effect", pa.float64(), "spikes", "change per neuron of the readout"),
        Column("effect_se", pa.float64(), "spikes", "its standard error over trials"),
    ),
)

OPTOGENETIC_CHANGES = Schema(
    "optogenetic_changes",
    (
        SESSION,
        Column("unit_id", pa.int64(), "1", "identity of the sorted unit"),
        Column("area", pa.string(), "1", "structure acronym, such as VISp"),
        Column("lit", pa.string(), "1", "lit, unlit, or unclear"),
        Column("stimulus", pa.string(), "1", "course of light in time"),
        Column("level", pa.float64(), "1", "strength of light, in the file's unit"),
        Column("n_light", pa.int32(), "1", "times that light was on"),
        Column("n_sham", pa.int32(), "1", "windows without light"),
        Column("sham_hz", pa.float64(), "Hz", "rate without light"),
        Column("change_hz", pa.float64(), "Hz", "rate with light minus that in sham"),
        Column("change_se_hz", pa.float64(), "Hz", "its standard error"),
        Column("half_change_1_hz", pa.float64(), "Hz", "the same, every other trial"),
        Column("half_change_2_hz", pa.float64(), "Hz", "the same, other trials"),
    ),
)

OPTOGENETIC_SCORES = Schema(
    "optogenetic_scores",
    (
        SESSION,
        Column("stimulus", pa.string(), "1", "course of light in time"),
        Column("level", pa.float64(), "1", "strength of light, in the file's unit"),
        Column("n_unlit", pa.int32(), "units", "whose changes are scored"),
        Column("answer", pa.string(), "1", "what says how unlit units change"),
        Column("level_used", pa.float64(), "1", "level that it knows; none if none"),
        Column("skill", pa.float64(), "1", "1 less squared error over no change's"),
        Column("scaled_skill", pa.float64(), "1", "skill with the best free factor"),
        Column("sign", pa.float64(), "1", "share of all change with the right sign"),
    ),
)
