"""Which circuits, mice and sessions each table is about: readers and the plan check it."""

from dataclasses import replace

from minicolumn.files.identities import Identities
from minicolumn.keys import TRAINING_CIRCUITS, validation_circuit
from minicolumn.states import STATES

N_LEVELS = len(cfg.acetylcholine.levels)
EPOCHS_OF_MOUSE = len(STATES) * cfg.cohort.epochs_per_state
HELD_OUT = (TRAINING_CIRCUITS.start, TRAINING_CIRCUITS.start + N_MICE)


def shard_of(rows):
    """Return what gives the circuits of a shard, each with so many rows."""
    return lambda of: Identities("circuit_id", (circuits_of(of),), rows)


def mice_of_shard(of):
    """Return the mice of a shard of the cohort, by their circuits."""
    places = [TRAINING_CIRCUITS.start + place for place in mice_of(of)]
    return Identities("circuit_id", (tuple(places),), EPOCHS_OF_MOUSE)


def mice_of_group(of):
    """Return the mice of a group of the validation, by their circuits."""
    group = GROUPS.index(of.group)
    ends = (validation_circuit(group, n) for n in (0, cfg.validation.n_mice(of.group)))
    return Identities("circuit_id", (tuple(ends),), EPOCHS_OF_MOUSE)


def repeated_circuits(of):
    """Return the circuits that are simulated again, with every trial and level."""
    rows = cfg.surrogates.repeats.trials * N_LEVELS
    return Identities.of("circuit_id", REPEATED, rows)


def written_mice(of):
    """Return all synthetic mice, used or not."""
    return Identities.of("session_id", synthetic_files(cfg.recordings, RESULTS), 1)


def this_session(of, rows=None):
    """Return the session of the job."""
    return Identities.of("session_id", [int(of.session)], rows)


def any_sessions(of):
    """Return the sessions of the run; those that are not scored have no rows."""
    return Identities.of("session_id", RECORDINGS)


def targets(of):
    """Return whom predictions are for: sessions and held-out mice."""
    sessions = Identities.of("target_id", RECORDINGS)
    return replace(sessions, ranges=(*sessions.ranges, HELD_OUT))


# What the tables of a stage are about, by the names of its outputs. Units, speed and
# intervals have no identity in their rows: what made them says of which session they are.
IDENTITIES = {
    "sample_circuits": {0: shard_of(1)},
    "simulate_shard": {0: shard_of(N_LEVELS)},
    "describe_simulations": {0: shard_of(N_LEVELS)},
    "simulate_and_describe": {0: shard_of(N_LEVELS)},
    "simulate_repeats": {0: repeated_circuits},
    "describe_repeats": {0: repeated_circuits},
    "simulate_cohort": {0: mice_of_shard},
    "simulate_fresh_mice": {0: mice_of_group},
    "simulate_mice": {0: written_mice},
    "find_epochs": {
        "epochs": this_session,
        "session": lambda of: this_session(of, rows=1),
    },
    "count_epochs": {0: this_session},
    "describe_recordings": {0: this_session},
    "observe_changes": {0: any_sessions},
    "measure_domain": {"table": any_sessions},
    "infer_circuits": {0: any_sessions},
    "infer_mechanism": {"table": any_sessions},
    "predict": {"predictions": targets, "checks": any_sessions},
    "check_rate_matching": {0: any_sessions},
    "tune_circuit": {"steps": this_session},
    "simulate_tuned": {0: this_session},
    "follow_ach": {"index": any_sessions, "table": any_sessions},
    "predict_tuned": {"predictions": targets, "checks": any_sessions},
}


def identities_of(job, rule):
    """Return what each table of a planned job is about, by its path."""
    stage = rule.removesuffix("_of_family")
    return {
        str(job.output[name] if name == 0 else getattr(job.output, name)): about(
            job.wildcards
        )
        for name, about in IDENTITIES.get(stage, {}).items()
    }
