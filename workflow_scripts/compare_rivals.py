"""Ask of new mice which mechanism acts in them, or which rival, or neither."""

from pathlib import Path

from minicolumn.config import Classifier
from minicolumn.files.documents import write_document
from minicolumn.files.store import read_table, read_tables
from minicolumn.files.tables import COHORT
from minicolumn.inference.mechanism import archive
from minicolumn.inference.mechanism.answers import Rule
from minicolumn.jobs.job import job
from minicolumn.validation.rivals import compare, write_page
from minicolumn.validation.study import Study

with job(snakemake):
    params = snakemake.params
    study = Study(
        model=archive.load(snakemake.input.model, params.matching),
        fresh={Path(p).stem: read_table(p, COHORT) for p in snakemake.input.fresh},
        learned_from=read_tables(snakemake.input.cohort, COHORT),
        settings=Classifier(**params.settings),
        rule=Rule(**params.rule),
        negligible=params.negligible,
        seed=params.seed,
    )
    found = compare(study, **params.cohorts)
    write_document(snakemake.output.numbers, found)
    write_page(Path(snakemake.output.page), found, params.run)
