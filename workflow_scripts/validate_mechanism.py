"""Judge mechanism inference by fresh mice, and write what was found for people."""

from pathlib import Path

from minicolumn.config import Classifier
from minicolumn.files.documents import write_document
from minicolumn.files.store import read_table, read_tables
from minicolumn.files.tables import COHORT
from minicolumn.inference.mechanism import archive
from minicolumn.inference.mechanism.answers import Rule
from minicolumn.jobs.job import job
from minicolumn.validation.others import read_others
from minicolumn.validation.page import write_page
from minicolumn.validation.study import Study

with job(snakemake):
    params = snakemake.params
    fresh = {Path(p).stem: read_table(p, COHORT) for p in snakemake.input.fresh}
    others = dict(zip(params.others, snakemake.input.others, strict=True))
    study = Study(
        model=archive.load(snakemake.input.model, params.matching),
        fresh=fresh | read_others(others, params.matching),
        learned_from=read_tables(snakemake.input.cohort, COHORT),
        settings=Classifier(**params.settings),
        rule=Rule(**params.rule),
        negligible=params.negligible,
        seed=params.seed,
    )
    found = study.findings(**params.sizes)
    write_document(snakemake.output.numbers, found)
    write_page(Path(snakemake.output.page), found, params.facts)
