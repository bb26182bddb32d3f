"""Write the report: one page, from the results alone."""

from pathlib import Path

from minicolumn.jobs.job import job
from minicolumn.report.page import draw, write_figures, write_report
from minicolumn.report.results import Results
from minicolumn.report.start import Start

with job(snakemake):
    start = Start.of(Path(snakemake.output.page).parent, Path(snakemake.scriptdir))
    params = snakemake.params
    results = Results.read(snakemake.input, params.config, params.defaults, start)
    figures = draw(results)
    write_report(snakemake.output.page, results, figures)
    write_figures(snakemake.output.figures, figures)
