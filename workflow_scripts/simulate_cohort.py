"""Let mice with a known mechanism rest and run, and describe both."""

from minicolumn.config import MouseRanges, Physics, Statistics
from minicolumn.devices import claim_device
from minicolumn.job import job_log
from minicolumn.simulate.device import prepare, provenance
from minicolumn.store import write_table
from minicolumn.tables import COHORT

with job_log(snakemake.log[0]):
    claim_device()
    prepare()
    from minicolumn.cohort.mouse import training_mice
    from minicolumn.cohort.simulated import simulate_cohort

    physics = Physics(**snakemake.params.physics)
    ranges = MouseRanges(**snakemake.params.ranges)
    matching = Statistics(**snakemake.params.matching)
    mice = training_mice(range(*snakemake.params.mice), ranges, physics.seed)
    columns = simulate_cohort(mice, physics, matching, ranges.epochs_per_state)
    write_table(snakemake.output[0], COHORT, columns, provenance(physics.seed))
