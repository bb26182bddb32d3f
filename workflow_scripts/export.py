"""Write circuits, epochs, models, and tables as a data set with a card."""

from pathlib import Path

from minicolumn.export.dataset import export
from minicolumn.export.facts import Run
from minicolumn.jobs.job import job

with job(snakemake):
    export(
        Path(snakemake.output.checksums).parent,
        Run(**snakemake.params.run),
        {name: snakemake.input.get(name) for name in snakemake.params.tables},
        snakemake.input.surrogates,
        snakemake.input.scores,
    )
