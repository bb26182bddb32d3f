"""Predict each session's change with every surrogate, beside what it did."""

from pydantic import TypeAdapter

from minicolumn.config.analysis import States
from minicolumn.config.cohort import Level
from minicolumn.config.physics import Prior
from minicolumn.job import job_log
from minicolumn.mechanisms import MECHANISMS
from minicolumn.store import read_table, read_tables, write_table
from minicolumn.surrogate.archive import load
from minicolumn.surrogate.rows import rows_by_mechanism
from minicolumn.tables import (
    CIRCUITS,
    OBSERVED_CHANGES,
    POSSIBLE_CIRCUITS,
    PREDICTIVE_CHECKS,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
    TRANSFER,
)
from minicolumn.transfer.observed import observed_sessions, scored_sessions
from minicolumn.transfer.predict import (
    Possible,
    Predicting,
    errors_of_observation,
    predict_changes,
)
from minicolumn.transfer.scales import change_scale

with job_log(snakemake.log[0]):
    params = snakemake.params
    recorded = scored_sessions(
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
        Possible.of(read_table(snakemake.input.possible, POSSIBLE_CIRCUITS)),
        states,
        Level(**params.rest),
        Level(**params.running),
        change_scale(simulated, states),
        errors_of_observation(read_table(snakemake.input.observed, OBSERVED_CHANGES)),
        params.seed,
    )
    changes, checks = predict_changes(
        map(load, snakemake.input.surrogates),
        observed_sessions(recorded, params.per_state_at_least),
        given,
    )
    write_table(snakemake.output.changes, TRANSFER, changes)
    write_table(snakemake.output.checks, PREDICTIVE_CHECKS, checks)
