"""Let held-out circuits with a known mechanism rest and run."""

from minicolumn.config import MouseRanges, Physics
from minicolumn.config.recordings import Synthetic
from minicolumn.files.store import write_table
from minicolumn.files.tables import MICE
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.simulation.device import prepare, provenance

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.mice.bouts import simulate_mice

    physics = Physics(**snakemake.params.physics)
    mice = Synthetic(**snakemake.params.mice)
    ranges = MouseRanges(**snakemake.params.ranges)
    columns = simulate_mice(mice, ranges, physics)
    write_table(snakemake.output[0], MICE, columns, provenance(physics.seed))
