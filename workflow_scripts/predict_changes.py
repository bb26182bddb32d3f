"""Predict each session's change with every surrogate, beside what it did."""

from pydantic import TypeAdapter

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.analysis import States
from minicolumn.config.circuits import Prior
from minicolumn.config.mice import Level
from minicolumn.files.store import read_table, read_tables, write_table
from minicolumn.files.tables import (
    CIRCUITS,
    OBSERVED_CHANGES,
    POSTERIOR_SAMPLES,
    PREDICTIVE_CHECKS,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
    TRANSFER,
)
from minicolumn.jobs.job import job_log
from minicolumn.prediction.predict import (
    PosteriorSamples,
    Predicting,
    errors_of_observation,
    predict_changes,
)
from minicolumn.prediction.scales import change_scale
from minicolumn.sessions.session import Observed, scored, sessions_of
from minicolumn.surrogates.archive import load
from minicolumn.surrogates.rows import rows_by_mechanism

with job_log(snakemake.log[0]):
    params = snakemake.params
    recorded = scored(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    circuits = read_tables(snakemake.input.circuits, CIRCUITS)
    simulated = read_tables(snakemake.input.simulated, SIMULATED_STATISTICS)
    states = States(**params.states)
    prior = TypeAdapter(Prior).validate_python(params.prior)
    given = Predicting(
        circuits,
        rows_by_mechanism(circuits, simulated, MECHANISMS, prior),
        PosteriorSamples.of(read_table(snakemake.input.possible, POSTERIOR_SAMPLES)),
        states,
        Level(**params.rest),
        Level(**params.running),
        change_scale(simulated, states),
        errors_of_observation(read_table(snakemake.input.observed, OBSERVED_CHANGES)),
        params.seed,
    )
    changes, checks = predict_changes(
        map(load, snakemake.input.surrogates),
        [Observed.of(one, params.per_state_at_least) for one in sessions_of(recorded)],
        given,
    )
    write_table(snakemake.output.changes, TRANSFER, changes)
    write_table(snakemake.output.checks, PREDICTIVE_CHECKS, checks)
