"""Write the page about networks fitted to known circuits, from its summary alone."""

from pathlib import Path

from minicolumn.jobs.job import job
from minicolumn.report.page import draw, write_figures, write_page
from minicolumn.report.perturbation import PERTURBATION
from minicolumn.report.perturbation.foretold import PerturbationResults
from minicolumn.report.start import Start

with job(snakemake):
    run = Path(snakemake.output.page).parents[1]
    start = Start.of(run, Path(snakemake.scriptdir))
    params = snakemake.params
    results = PerturbationResults.read(
        snakemake.input, params.config, params.defaults, start
    )
    figures = draw(PERTURBATION, results)
    write_page(snakemake.output.page, PERTURBATION, results, figures)
    write_figures(snakemake.output.figures, figures)
