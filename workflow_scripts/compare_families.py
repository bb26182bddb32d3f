"""Let the model of each family of circuits judge the mice of all."""

from pathlib import Path

from minicolumn.config import Classifier
from minicolumn.files.documents import write_document
from minicolumn.files.store import read_table, read_tables
from minicolumn.files.tables import COHORT
from minicolumn.inference.mechanism import archive
from minicolumn.inference.mechanism.answers import Rule
from minicolumn.jobs.job import job
from minicolumn.validation.families import compare, of_family, write_page

with job(snakemake):
    params, given = snakemake.params, snakemake.input
    models, cohorts, mice = (
        of_family(params.families, paths)
        for paths in (given.models, given.cohorts, given.mice)
    )
    found = compare(
        {name: archive.load(path, params.matching) for name, (path,) in models.items()},
        {name: read_tables(paths, COHORT) for name, paths in cohorts.items()},
        {
            name: {Path(path).stem: read_table(path, COHORT) for path in paths}
            for name, paths in mice.items()
        },
        dict(
            settings=Classifier(**params.settings),
            rule=Rule(**params.rule),
            negligible=params.negligible,
            seed=params.seed,
        ),
        **params.cohorts,
    )
    write_document(snakemake.output.numbers, found)
    write_page(Path(snakemake.output.page), found, params.run)
