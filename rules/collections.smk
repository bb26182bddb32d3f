"""Every result's path, once: all rules and targets refer to these names.

First the path of each result, whose wildcards are in braces; then collections of them,
which a rule takes as a whole.
"""

from hashlib import sha256

from minicolumn.circuits.family import DOSE
from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, RIVALS, VARIANTS
from minicolumn.keys import shard_names
from minicolumn.mice.groups import GROUPS, LIKE_LEARNED
from minicolumn.perturbation.variants import ONE_AREA, SPONTANEOUS, reference_names
from minicolumn.recordings.files import FETCHED, LOCATED, synthetic_files
from minicolumn.surrogates.names import ARCHITECTURES, TRAINING_SETS, source_mechanism
from minicolumn.validation.figure_names import FIGURES

# Circuits and their simulations.
CIRCUITS = "<results>/circuits/shard-{shard}.parquet"
REFUSED_FILES = "<results>/circuits/refused.parquet"
SIMULATIONS = "<results>/simulations/{mechanism}/shard-{shard}.parquet"
REPEATS = "<results>/repeats/{mechanism}.parquet"
COHORT = "<results>/cohort/shard-{shard}.parquet"

# Recordings.
FETCHED_SESSION = f"<results>/{FETCHED}"
LOCATED_SESSION = f"<results>/{LOCATED}"
SYNTHETIC_MICE = "<results>/recordings/synthetic_mice.parquet"
UNITS = "<results>/recordings/{session}/units.parquet"
SPEED = "<results>/recordings/{session}/speed.parquet"
INTERVALS = "<results>/recordings/{session}/intervals.parquet"
EPOCHS = "<results>/epochs/{session}.parquet"
SESSION = "<results>/sessions/{session}.parquet"
EPOCH_COUNTS = "<results>/sensitivity/{session}.parquet"

# The 11 statistics of both.
SIMULATED_STATISTICS = (
    "<results>/statistics/simulated/{mechanism}/shard-{shard}.parquet"
)
REPEATED_STATISTICS = "<results>/statistics/repeats/{mechanism}.parquet"
RECORDED_STATISTICS = "<results>/statistics/recorded/{session}.parquet"
SIDECAR = "<results>/nwb/{session}.nwb"

# What is learned and inferred.
SURROGATE = "<results>/surrogates/{training_set}/{architecture}"
SURROGATE_SCORES = "<results>/surrogate_scores/{training_set}.json"
POSTERIOR = "<results>/inference/posterior"
POSTERIOR_CHECKS = "<results>/inference/posterior.json"
POSTERIOR_SAMPLES = "<results>/inference/posterior_samples.parquet"
MECHANISM_MODEL = "<results>/inference/mechanism_model"
MECHANISM_MODEL_CHECKS = "<results>/inference/mechanism_model.json"
MECHANISM_ANSWERS = "<results>/inference/mechanism.json"
MECHANISM_OF_SESSIONS = "<results>/inference/mechanism.parquet"
DOMAIN_OF_SESSIONS = "<results>/domain/domain.parquet"
DOMAIN_OF_COHORT = "<results>/domain/domain.json"

# Changes from rest to running.
OBSERVED = "<results>/prediction/observed.parquet"
PREDICTIONS = "<results>/prediction/predictions.parquet"
PREDICTIVE_CHECKS = "<results>/prediction/predictive_checks.parquet"
RATE_MATCHING = "<results>/prediction/rate_matching.parquet"
SCORES = "<results>/prediction/scores.json"

# Circuits fitted to sessions; made on request.
RESTING_CIRCUITS = "<results>/tuned/circuits/shard-{shard}.parquet"
RESTING_STATISTICS = "<results>/tuned/resting/shard-{shard}.parquet"
TUNED_FITS = "<results>/tuned/fits/{session}"
TUNED_STEPS = "<results>/tuned/steps/{session}.parquet"
TUNED_STATISTICS = "<results>/tuned/statistics/{session}.parquet"
TUNED_PREDICTIONS = "<results>/tuned/predictions.parquet"
TUNED_CHECKS = "<results>/tuned/checks.parquet"
TUNED_SCORES = "<results>/tuned/scores.json"
TUNED_REPORT = "<results>/tuned/report.html"
TUNED_FIGURES = "<results>/tuned/figures"

# What statistics can tell of parameters, and currents between units; on request.
PERTURBED = "<results>/identifiability/perturbed.parquet"
SENSITIVITIES = "<results>/identifiability/sensitivities.parquet"
IDENTIFIED = "<results>/identifiability/identified.parquet"
IDENTIFIABILITY = "<results>/identifiability/identifiability.json"
IDENTIFIABILITY_FIGURE = "<results>/identifiability/identifiability.svg"
TEACHER_STUDENT = "<results>/identifiability/teacher_student.parquet"
TEACHER_STUDENT_FIGURE = "<results>/identifiability/teacher_student.svg"
SESSION_CURRENTS = "<results>/currents/sessions/{session}.parquet"
CURRENTS = "<results>/currents/currents.json"
CURRENTS_FIGURE = "<results>/currents/currents.svg"

# Networks judged by perturbations; made on request.
REFERENCE = "<results>/perturbation/references/{regime}/{reference}"
STUDENT = "<results>/perturbation/students/{regime}/{reference}/{student}-{start}"
PERTURBED_STUDENTS = (
    "<results>/perturbation/perturbed/{regime}/{reference}/{student}-{start}.parquet"
)
CHOSEN_CIRCUITS = (
    "<results>/perturbation/perturbed_circuits/{regime}/{reference}.parquet"
)
MICROPERTURBATIONS = (
    "<results>/perturbation/microperturbations/{regime}/{reference}.parquet"
)
OPTOGENETIC_CHANGES = "<results>/perturbation/sessions/{session}.parquet"
OPTOGENETIC_SCORES = "<results>/perturbation/session_scores/{session}.parquet"
PERTURBATION_SCORES = "<results>/perturbation/scores.parquet"
PERTURBATION_SUMMARY = "<results>/perturbation/summary.json"
PERTURBATION_REPORT = "<results>/perturbation/report.html"
PERTURBATION_FIGURES = "<results>/perturbation/figures"

# Acetylcholine within sessions, as pupil and speed tell it.
ACH_INDEX = "<results>/dose_response/ach_index.parquet"
DOSE_RESPONSES = "<results>/dose_response/sessions.parquet"
DOSE_RESPONSE = "<results>/dose_response/dose_response.json"

# What people read or take away.
REPORT = "<results>/report.html"
REPORT_FIGURES = "<results>/figures"
FRESH_MICE = "<results>/validation/mice/{group}.parquet"
VALIDATION_NUMBERS = "<results>/validation/validation.json"
VALIDATION_PAGE = "<results>/validation/validation.md"
VALIDATION_FIGURE = "<results>/validation/validation_{figure}.svg"
FAMILY_COHORT = "<results>/families/{family}/cohort/shard-{shard}.parquet"
FAMILY_MICE = "<results>/families/{family}/mice/{group}.parquet"
FAMILY_MODEL = "<results>/families/{family}/mechanism_model"
FAMILY_MODEL_CHECKS = "<results>/families/{family}/mechanism_model.json"
FAMILIES_NUMBERS = "<results>/families/families.json"
FAMILIES_PAGE = "<results>/families/families.md"
RIVALS_NUMBERS = "<results>/rivals/rivals.json"
RIVALS_PAGE = "<results>/rivals/rivals.md"
EXPORTED_ARCHIVE = "<results>/export/{archive}.tar.gz"
EXPORTED_TABLE = "<results>/export/data/{table}.parquet"
EXPORTED_JSON = "<results>/export/{document}.json"
EXPORTED_MARKDOWN = "<results>/export/{document}.md"
EXPORTED_CHECKSUMS = "<results>/export/SHA256SUMS"


# The size of an archive is known only when it is read, so an import is one shard.
SHARDS = (
    ["0000"]
    if cfg.circuits.are_imported
    else shard_names(cfg.circuits.count, cfg.circuits.per_shard)
)
ALL_CIRCUITS = expand(CIRCUITS, shard=SHARDS)
ALL_SIMULATED = expand(SIMULATED_STATISTICS, mechanism=MECHANISMS, shard=SHARDS)
# Without ACh all mechanisms share their simulations.
WITHOUT_ACH = expand(SIMULATED_STATISTICS, mechanism=MECHANISMS[0], shard=SHARDS)
RESTING = shard_names(cfg.tuned.more_circuits.count, cfg.tuned.more_circuits.per_shard)
ALL_RESTING_CIRCUITS = expand(RESTING_CIRCUITS, shard=RESTING)
ALL_RESTING_STATISTICS = expand(RESTING_STATISTICS, shard=RESTING)
IMPORTED_CIRCUITS = ALL_CIRCUITS[0]
IMPORTED_STATISTICS = {
    mechanism: SIMULATED_STATISTICS.format(mechanism=mechanism, shard=SHARDS[0])
    for mechanism in MECHANISMS
}
# The report says how the first shard under each mechanism was made.
FIRST_SIMULATED = expand(
    SIMULATIONS if cfg.simulation.keep_spikes else SIMULATED_STATISTICS,
    mechanism=MECHANISMS,
    shard=SHARDS[0],
)
EXAMPLE_SIMULATIONS = expand(SIMULATIONS, mechanism="combined", shard=SHARDS[0])

N_MICE = cfg.cohort.mice_per_class * len(CLASSES)
ALL_COHORT = expand(COHORT, shard=shard_names(N_MICE, cfg.cohort.per_shard))
ALL_FRESH_MICE = expand(FRESH_MICE, group=GROUPS)
# Of each family, as far as families are compared.
COHORT_OF_FAMILY = expand(
    FAMILY_COHORT, shard=shard_names(N_MICE, cfg.cohort.per_shard), allow_missing=True
)
ALL_FAMILY_MODELS = expand(FAMILY_MODEL, family=cfg.validation.families)
ALL_FAMILY_COHORTS = expand(
    FAMILY_COHORT,
    family=cfg.validation.families,
    shard=shard_names(N_MICE, cfg.cohort.per_shard),
)
ALL_FAMILY_MICE = expand(
    FAMILY_MICE, family=cfg.validation.families, group=LIKE_LEARNED
)

SYNTHETIC_SESSIONS = list(synthetic_files(cfg.recordings, RESULTS).values())
# The true mechanism of synthetic mice; nobody knows that of recorded ones.
TRUTH = [SYNTHETIC_MICE] if cfg.recordings.source == "synthetic" else []
RECORDING = {"units": UNITS, "speed": SPEED, "intervals": INTERVALS}
ALL_RECORDINGS = {
    kind: expand(path, session=RECORDINGS) for kind, path in RECORDING.items()
}
ALL_EPOCHS = expand(EPOCHS, session=RECORDINGS)
ALL_SESSIONS = expand(SESSION, session=RECORDINGS)
ALL_EPOCH_COUNTS = expand(EPOCH_COUNTS, session=RECORDINGS)
ALL_RECORDED = expand(RECORDED_STATISTICS, session=RECORDINGS)
ALL_TUNED_FITS = expand(TUNED_FITS, session=RECORDINGS)
ALL_TUNED_STEPS = expand(TUNED_STEPS, session=RECORDINGS)
ALL_TUNED_STATISTICS = expand(TUNED_STATISTICS, session=RECORDINGS)
ALL_SESSION_CURRENTS = expand(SESSION_CURRENTS, session=RECORDINGS)
ALL_SIDECARS = expand(SIDECAR, session=RECORDINGS)
ALL_OPTOGENETIC_SCORES = expand(OPTOGENETIC_SCORES, session=RECORDINGS)
SCORED_RECORDINGS = {"recorded": ALL_RECORDED, "sessions": ALL_SESSIONS}

REFERENCE_NAMES = reference_names(cfg.perturbation.couplings, cfg.perturbation.circuits)
OF_REFERENCES = {"regime": cfg.perturbation.regimes, "reference": REFERENCE_NAMES}
OF_STUDENTS = {
    "student": cfg.perturbation.students,
    "start": range(cfg.perturbation.starts),
}
ALL_REFERENCES = expand(REFERENCE, **OF_REFERENCES)
ALL_MICROPERTURBATIONS = expand(MICROPERTURBATIONS, **OF_REFERENCES)
ALL_PERTURBED_STUDENTS = expand(PERTURBED_STUDENTS, **OF_REFERENCES, **OF_STUDENTS)
ALL_CHOSEN_CIRCUITS = expand(
    CHOSEN_CIRCUITS,
    regime=SPONTANEOUS,
    reference=reference_names((ONE_AREA,), cfg.perturbation.circuits),
)
STUDENTS_OF_REFERENCE = {
    "students": expand(STUDENT, **OF_STUDENTS, allow_missing=True),
    "perturbed": expand(PERTURBED_STUDENTS, **OF_STUDENTS, allow_missing=True),
}

ALL_SURROGATES = expand(
    SURROGATE, training_set=TRAINING_SETS, architecture=ARCHITECTURES
)
SURROGATES_OF_TRAINING_SET = expand(
    SURROGATE, architecture=ARCHITECTURES, allow_missing=True
)
DIFFERENTIATED = expand(
    SURROGATE,
    training_set=MECHANISMS,
    architecture=cfg.identifiability.architecture,
)
ALL_SURROGATE_SCORES = expand(SURROGATE_SCORES, training_set=TRAINING_SETS)


def mice_of_rivals(wildcards):
    """Return the new mice of all classes, if any of these is a rival."""
    if not RIVALS:
        raise WorkflowError(
            "this run has no rival of the mechanisms to compare them with: name files "
            "that register some in extensions, as rivals.yaml does"
        )
    return expand(FRESH_MICE, group=LIKE_LEARNED)


def training_statistics(wildcards):
    """Return the statistics that the surrogates of a training set learn from."""
    mechanism = source_mechanism(wildcards.training_set)
    return expand(SIMULATED_STATISTICS, mechanism=mechanism, shard=SHARDS)


def training_repeats(wildcards):
    """Return the repeated simulations by which a training set's scores are measured."""
    mechanism = source_mechanism(wildcards.training_set)
    return expand(REPEATED_STATISTICS, mechanism=mechanism)


def if_made(path):
    """Return how to digest a result that a run may have or not.

    A page that speaks of it is made again when it changes, and never asks for it.
    """

    def digest(wildcards):
        made = Path(OWN.modify_path(RESULTS), path.partition("/")[2])
        return sha256(made.read_bytes()).hexdigest() if made.is_file() else ""

    return digest


VALIDATION_FIGURES = expand(VALIDATION_FIGURE, figure=FIGURES)
# The tables of an export, each gathered from its parts.
EXPORTED = {
    "circuits": ALL_CIRCUITS,
    "simulated_statistics": ALL_SIMULATED,
    "recorded_statistics": ALL_RECORDED,
    "epochs": ALL_EPOCHS,
    "sessions": ALL_SESSIONS,
    "epoch_counts": ALL_EPOCH_COUNTS,
    "predictions": [PREDICTIONS],
}
EXPORTED_ARCHIVES = expand(
    EXPORTED_ARCHIVE,
    archive=[
        *(f"{variant}_circuits" for variant in VARIANTS.values()),
        *("allen_epochs", "checkpoints"),
    ],
)
EXPORTED_TABLES = expand(EXPORTED_TABLE, table=EXPORTED)
EXPORTED_DOCUMENTS = [
    *expand(EXPORTED_JSON, document=("scores", "schema", "croissant")),
    *expand(EXPORTED_MARKDOWN, document=("SCHEMA", "README")),
]
