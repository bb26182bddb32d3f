"""Train one surrogate and score it on held-out circuits."""

from pydantic import TypeAdapter

from minicolumn.config.circuits import Prior
from minicolumn.files.store import read_tables
from minicolumn.files.tables import CIRCUITS, SIMULATED_STATISTICS
from minicolumn.jobs.job import job
from minicolumn.learning.splits import SplitRule
from minicolumn.surrogates.archive import save
from minicolumn.surrogates.dataset import build
from minicolumn.surrogates.models import fit

with job(snakemake):
    seed = snakemake.params.seed
    dataset = build(
        read_tables(snakemake.input.circuits, CIRCUITS),
        read_tables(snakemake.input.statistics, SIMULATED_STATISTICS),
        snakemake.wildcards.training_set,
        TypeAdapter(Prior).validate_python(snakemake.params.prior),
        SplitRule(seed, **snakemake.params.split),
    )
    surrogate = fit(
        snakemake.wildcards.architecture,
        dataset.train,
        dataset.validation,
        snakemake.params.settings,
        seed,
        snakemake.threads,
    )
    save(snakemake.output[0], surrogate, dataset, seed, snakemake.params.miscoverage)
