"""Write the page about fitted circuits from the results alone."""

from pathlib import Path

from minicolumn.jobs.job import job
from minicolumn.report.page import draw, write_figures, write_page
from minicolumn.report.start import Start
from minicolumn.report.tuned import TUNED
from minicolumn.report.tuned.results import TunedResults

with job(snakemake):
    run = Path(snakemake.output.page).parents[1]
    start = Start.of(run, Path(snakemake.scriptdir))
    params = snakemake.params
    results = TunedResults.read(snakemake.input, params.config, params.defaults, start)
    figures = draw(TUNED, results)
    write_page(snakemake.output.page, TUNED, results, figures)
    write_figures(snakemake.output.figures, figures)
