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
from minicolumn.transfer.predict import predict_changes, simulated_scale

with job_log(snakemake.log[0]):
    recorded = scored_sessions(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    columns = predict_changes(
        map(load, snakemake.input.surrogates),
        read_tables(snakemake.input.circuits, CIRCUITS),
        simulated_scale(read_tables(snakemake.input.simulated, SIMULATED_STATISTICS)),
        observed_sessions(recorded, snakemake.params.per_state_at_least),
        States(**snakemake.params.states),
        snakemake.params.nearest_circuits,
    )
    write_table(snakemake.output[0], TRANSFER, columns)
