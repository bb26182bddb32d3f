"""Learn from simulated mice at rest which circuits they could be."""

from pydantic import TypeAdapter

from minicolumn.circuits.standard_prior import StandardPrior
from minicolumn.config.circuits import Prior
from minicolumn.config.inference import Flow
from minicolumn.config.mice import Level
from minicolumn.files.store import read_tables
from minicolumn.files.tables import COHORT
from minicolumn.inference.circuits.conditioning import resting_mice
from minicolumn.inference.circuits.posterior import CircuitPosterior
from minicolumn.inference.circuits.posterior_archive import save
from minicolumn.jobs.job import job
from minicolumn.learning.splits import SplitRule

with job(snakemake):
    seed = snakemake.params.seed
    prior = TypeAdapter(Prior).validate_python(snakemake.params.prior)
    posterior = CircuitPosterior.fit(
        resting_mice(read_tables(snakemake.input.cohort, COHORT), prior, seed),
        StandardPrior.of(prior, Level(**snakemake.params.rest)),
        Flow(**snakemake.params.flow),
        SplitRule(seed, **snakemake.params.split),
        seed,
        snakemake.threads,
    )
    save(snakemake.output[0], posterior, seed)
