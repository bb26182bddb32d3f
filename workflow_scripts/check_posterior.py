"""Check on held-out mice that the posterior means what it says."""

from pydantic import TypeAdapter

from minicolumn.config.physics import Prior
from minicolumn.inference.at_rest import resting_mice
from minicolumn.inference.posterior import members
from minicolumn.inference.posterior_archive import load
from minicolumn.inference.posterior_checks import check
from minicolumn.job import job_log
from minicolumn.store import read_tables, write_json
from minicolumn.tables import COHORT

with job_log(snakemake.log[0]):
    seed = snakemake.params.seed
    prior = TypeAdapter(Prior).validate_python(snakemake.params.prior)
    posterior = load(snakemake.input.posterior)
    mice = resting_mice(read_tables(snakemake.input.cohort, COHORT), prior, seed)
    held_out = members(mice, posterior.rule, "test").first(snakemake.params.at_most)
    write_json(
        snakemake.output[0], check(posterior, held_out, snakemake.params.draws, seed)
    )
