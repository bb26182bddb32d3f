"""Predict held-out circuits, whose change is known, as if they were sessions."""

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.analysis import States
from minicolumn.files.store import read_tables, write_table
from minicolumn.files.tables import CIRCUITS, HELD_OUT, SIMULATED_STATISTICS
from minicolumn.jobs.job import job_log
from minicolumn.prediction.bank import SimulatedCircuits
from minicolumn.prediction.held_out import predict_held_out
from minicolumn.prediction.scales import simulated_scale
from minicolumn.surrogates.archive import load

with job_log(snakemake.log[0]):
    simulated = read_tables(snakemake.input.simulated, SIMULATED_STATISTICS)
    states = States(**snakemake.params.states)
    columns = predict_held_out(
        map(load, snakemake.input.surrogates),
        read_tables(snakemake.input.circuits, CIRCUITS),
        {name: SimulatedCircuits.of(simulated, name, states) for name in MECHANISMS},
        simulated_scale(simulated),
        states,
        snakemake.params.nearest_circuits,
    )
    write_table(snakemake.output[0], HELD_OUT, columns)
