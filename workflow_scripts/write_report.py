"""Write the report: one page, from the results alone."""

from minicolumn.jobs.log import job_log
from minicolumn.report.drawings import draw
from minicolumn.report.page import write_figures, write_report
from minicolumn.report.results import read_results

with job_log(snakemake.log[0]):
    results = read_results(
        config=snakemake.params.config,
        simulated=snakemake.input.simulated,
        recorded=snakemake.input.recorded,
        sessions=snakemake.input.sessions,
        epoch_counts=snakemake.input.epoch_counts,
        recordings={
            kind: snakemake.input[kind]
            for kind in ("units", "speed", "intervals", "epochs")
        },
        changes=snakemake.input.predictions,
        example=snakemake.input.get("example", []),
        made=snakemake.input.made,
        refused=snakemake.input.get("refused"),
        domain=snakemake.input.domain,
        domain_cohort=snakemake.input.domain_cohort,
        rate_matching=snakemake.input.rate_matching,
        observed=snakemake.input.observed,
        surrogates=snakemake.input.surrogates,
        scoreboards=snakemake.input.scoreboards,
        scores=snakemake.input.scores,
        mechanism=snakemake.input.mechanism,
        learned=snakemake.input.learned,
        posterior={
            "posterior": snakemake.input.posterior,
            "checks": snakemake.input.posterior_checks,
            "circuits": snakemake.input.circuits,
            "predictive": snakemake.input.predictive,
        },
    )
    figures = draw(results)
    write_report(snakemake.output.page, results, figures)
    write_figures(snakemake.output.figures, figures)
