"""Write the report: one page, from the results alone."""

from pathlib import Path

from minicolumn.jobs.job import job
from minicolumn.report.page import draw, write_figures, write_page
from minicolumn.report.perturbation.foretold import made_by
from minicolumn.report.results import Results
from minicolumn.report.sections import REPORT
from minicolumn.report.start import Start

with job(snakemake):
    run = Path(snakemake.output.page).parent
    start = Start.of(run, Path(snakemake.scriptdir))
    config, defaults = snakemake.params.config, snakemake.params.defaults
    perturbation = made_by(run)
    results = Results.read(snakemake.input, config, defaults, start, perturbation)
    figures = draw(REPORT, results)
    write_page(snakemake.output.page, REPORT, results, figures)
    write_figures(snakemake.output.figures, figures)
