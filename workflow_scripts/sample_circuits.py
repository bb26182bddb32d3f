"""Draw the parameters of one shard of circuits from the prior."""

from pydantic import TypeAdapter

from minicolumn.circuits.family import family
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config.circuits import Prior
from minicolumn.files.columns import parameter_columns
from minicolumn.files.store import columns_of, write_table
from minicolumn.files.tables import CIRCUITS
from minicolumn.jobs.job import job

with job(snakemake):
    prior = TypeAdapter(Prior).validate_python(snakemake.params.prior)
    seed = snakemake.params.seed
    rows = parameter_rows(prior, seed, range(*snakemake.params.circuits))
    parameters = family(snakemake.params.family).parameters
    schema = CIRCUITS.plus(*parameter_columns(parameters))
    write_table(snakemake.output[0], schema, columns_of(rows), {"seed": seed})
