"""Write the page about fitted circuits from the results alone."""

from pathlib import Path

from minicolumn.jobs.job import job
from minicolumn.report.page import draw, write_figures, write_page
from minicolumn.report.perturbation.foretold import made_by
from minicolumn.report.start import Start
from minicolumn.report.tuned import TUNED
from minicolumn.report.tuned.results import TunedResults

with job(snakemake):
    run = Path(snakemake.output.page).parents[1]
    start = Start.of(run, Path(snakemake.scriptdir))
    config, defaults = snakemake.params.config, snakemake.params.defaults
    perturbation = made_by(run)
    results = TunedResults.read(snakemake.input, config, defaults, start, perturbation)
    figures = draw(TUNED, results)
    write_page(snakemake.output.page, TUNED, results, figures)
    write_figures(snakemake.output.figures, figures)
