"""Write the report: one page, from the results alone."""

from minicolumn.jobs.log import job_log
from minicolumn.report.page import draw, write_figures, write_report
from minicolumn.report.results import Results

with job_log(snakemake.log[0]):
    results = Results.read(snakemake.input, snakemake.params.config)
    figures = draw(results)
    write_report(snakemake.output.page, results, figures)
    write_figures(snakemake.output.figures, figures)
