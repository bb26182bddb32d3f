"""Score the surrogates of one training set, baselines, and the noise ceiling."""

from pydantic import TypeAdapter

from minicolumn.config.circuits import Prior
from minicolumn.files.documents import write_document
from minicolumn.files.store import read_tables
from minicolumn.files.tables import CIRCUITS, REPEATED_STATISTICS, SIMULATED_STATISTICS
from minicolumn.jobs.job import job
from minicolumn.learning.splits import SplitRule
from minicolumn.surrogates.archive import load
from minicolumn.surrogates.dataset import build
from minicolumn.surrogates.scoreboard import scoreboard

with job(snakemake):
    seed = snakemake.params.seed
    dataset = build(
        read_tables(snakemake.input.circuits, CIRCUITS),
        read_tables(snakemake.input.statistics, SIMULATED_STATISTICS),
        snakemake.wildcards.training_set,
        TypeAdapter(Prior).validate_python(snakemake.params.prior),
        SplitRule(seed, **snakemake.params.split),
    )
    trained = map(load, snakemake.input.surrogates)
    repeats = read_tables(snakemake.input.repeats, REPEATED_STATISTICS)
    write_document(snakemake.output[0], scoreboard(dataset, trained, repeats, seed))
