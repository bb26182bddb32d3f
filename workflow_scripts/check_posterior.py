"""Check on held-out mice that the posterior means what it says."""

from pydantic import TypeAdapter

from minicolumn.config.circuits import Prior
from minicolumn.files.documents import write_document
from minicolumn.files.store import read_tables
from minicolumn.files.tables import COHORT
from minicolumn.inference.circuits.checks import check
from minicolumn.inference.circuits.conditioning import resting_mice
from minicolumn.inference.circuits.posterior import members
from minicolumn.inference.circuits.posterior_archive import load
from minicolumn.jobs.job import job

with job(snakemake):
    seed = snakemake.params.seed
    prior = TypeAdapter(Prior).validate_python(snakemake.params.prior)
    posterior = load(snakemake.input.posterior)
    mice = resting_mice(read_tables(snakemake.input.cohort, COHORT), prior, seed)
    held_out = members(mice, posterior.rule, "test").first(snakemake.params.at_most)
    checks = check(posterior, held_out, snakemake.params.draws, seed)
    write_document(snakemake.output[0], checks)
