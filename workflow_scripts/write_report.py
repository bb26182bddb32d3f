"""Write the report: one page, from the results alone."""

from pathlib import Path

from minicolumn.jobs.job import job
from minicolumn.report.page import draw, write_figures, write_page
from minicolumn.report.results import Results
from minicolumn.report.sections import REPORT
from minicolumn.report.start import Start

with job(snakemake):
    start = Start.of(Path(snakemake.output.page).parent, Path(snakemake.scriptdir))
    params = snakemake.params
    results = Results.read(snakemake.input, params.config, params.defaults, start)
    figures = draw(REPORT, results)
    write_page(snakemake.output.page, REPORT, results, figures)
    write_figures(snakemake.output.figures, figures)
