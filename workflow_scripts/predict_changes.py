"""Predict each session's change with every surrogate, beside what it did."""

from minicolumn.config.analysis import States
from minicolumn.job import job_log
from minicolumn.store import read_tables, write_table
from minicolumn.surrogate.archive import load
from minicolumn.tables import (
    CIRCUITS,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
    TRANSFER,
)
from minicolumn.transfer.observed import observed_sessions, scored_sessions
from minicolumn.transfer.predict import predict_changes
from minicolumn.transfer.scales import Scales

with job_log(snakemake.log[0]):
    recorded = scored_sessions(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    states = States(**snakemake.params.states)
    simulated = read_tables(snakemake.input.simulated, SIMULATED_STATISTICS)
    columns = predict_changes(
        map(load, snakemake.input.surrogates),
        read_tables(snakemake.input.circuits, CIRCUITS),
        Scales.of(simulated, states),
        observed_sessions(recorded, snakemake.params.per_state_at_least),
        states,
        snakemake.params.nearest_circuits,
    )
    write_table(snakemake.output[0], TRANSFER, columns)
