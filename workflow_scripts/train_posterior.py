"""Learn from simulated mice at rest which circuits they could be."""

from pydantic import TypeAdapter

from minicolumn.config.cohort import Level
from minicolumn.config.physics import Prior
from minicolumn.config.posterior import Flow
from minicolumn.inference.at_rest import resting_mice
from minicolumn.inference.posterior import CircuitPosterior
from minicolumn.inference.posterior_archive import save
from minicolumn.inference.standard_prior import StandardPrior
from minicolumn.job import job_log
from minicolumn.store import read_tables
from minicolumn.surrogate.splits import SplitRule
from minicolumn.tables import COHORT

with job_log(snakemake.log[0]):
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
