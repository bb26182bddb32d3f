"""Write the report: one page, from the results alone."""

from minicolumn.jobs.job import job
from minicolumn.report.page import draw, write_figures, write_report
from minicolumn.report.results import Results

with job(snakemake):
    results = Results.read(snakemake.input, snakemake.params.config)
    figures = draw(results)
    write_report(snakemake.output.page, results, figures)
    write_figures(snakemake.output.figures, figures)
