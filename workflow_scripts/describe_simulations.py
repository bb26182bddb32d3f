"""Describe every simulation of one shard."""

from minicolumn.config import Statistics
from minicolumn.job import job_log
from minicolumn.store import read_table, write_table
from minicolumn.tables import SIMULATED_STATISTICS, SIMULATIONS
from minicolumn.windows import describe_simulations

with job_log(snakemake.log[0]):
    matching = Statistics(**snakemake.params.matching)
    simulations = read_table(snakemake.input[0], SIMULATIONS)
    columns = describe_simulations(simulations, matching, snakemake.params.seed)
    write_table(snakemake.output[0], SIMULATED_STATISTICS, columns)
