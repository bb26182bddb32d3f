"""Let one group of fresh mice rest and run, and describe both."""

from minicolumn.config import FreshMice, MouseRanges, Physics, Statistics
from minicolumn.files.store import write_table
from minicolumn.files.tables import COHORT
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.simulation.device import prepare, provenance

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.mice.cohort import simulate_cohort
    from minicolumn.mice.fresh import fresh_mice, physics_of

    group = snakemake.wildcards.group
    fresh = FreshMice(**snakemake.params.fresh)
    ranges = MouseRanges(**snakemake.params.ranges)
    matching = Statistics(**snakemake.params.matching)
    physics = Physics(**snakemake.params.physics)
    mice = fresh_mice(group, snakemake.params.n_mice, ranges, fresh, physics.prior)
    columns = simulate_cohort(
        mice,
        physics_of(group, physics, fresh),
        matching,
        ranges.epochs_per_state,
        snakemake.threads,
    )
    write_table(snakemake.output[0], COHORT, columns, provenance(fresh.seed))
