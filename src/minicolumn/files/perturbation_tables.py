"""Tables of networks that are judged by perturbations."""

import pyarrow as pa

from minicolumn.files.store import Column, Schema

_STUDENT = (
    Column("reference", pa.string(), "1", "reference circuit: coupling and number"),
    Column("student", pa.string(), "1", "variant of network, or a control's name"),
    Column("start", pa.int32(), "1", "number of the fit; missing for controls"),
    Column("loss_neurons", pa.float64(), "1", "of means over held-out trials"),
    Column("loss_trials", pa.float64(), "1", "of single held-out trials, matched"),
    Column("regime", pa.string(), "1", "kind of light or mechanism of ACh"),
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
