"""Write what was found, for people.

Makes <results>/report.html: one self-contained page, and <results>/figures: each of its
figures as SVG and PDF, and what it draws as CSV.
"""

# A raster needs spikes; of an archive, which has none, refused files are listed.
if cfg.circuits.are_imported:
    SIMULATED_OR_IMPORTED = {"made": [IMPORTED_CIRCUITS], "refused": REFUSED_FILES}
elif cfg.simulation.keep_spikes:
    SIMULATED_OR_IMPORTED = {"made": FIRST_SIMULATED, "example": EXAMPLE_SIMULATIONS}
else:
    SIMULATED_OR_IMPORTED = {"made": FIRST_SIMULATED}
# Without a pupil there is no index of ACh.
WITHIN_SESSIONS = {"dose_response": DOSE_RESPONSE} if cfg.has_pupil else {}


rule write_report:
    """Write the report."""
    input:
        **SIMULATED_OR_IMPORTED,
        **WITHIN_SESSIONS,
        **SCORED_RECORDINGS,
        **ALL_RECORDINGS,
        simulated=ALL_SIMULATED,
        surrogates=ALL_SURROGATES,
        scoreboards=ALL_SURROGATE_SCORES,
        epoch_counts=ALL_EPOCH_COUNTS,
        epochs=ALL_EPOCHS,
        predictions=PREDICTIONS,
        domain=DOMAIN_OF_SESSIONS,
        domain_cohort=DOMAIN_OF_COHORT,
        rate_matching=RATE_MATCHING,
        observed=OBSERVED,
        scores=SCORES,
        mechanism=MECHANISM_ANSWERS,
        learned=MECHANISM_MODEL_CHECKS,
        posterior=POSTERIOR,
        posterior_checks=POSTERIOR_CHECKS,
        circuits=POSTERIOR_SAMPLES,
        predictive=PREDICTIVE_CHECKS,
    output:
        page=report(
            REPORT,
            caption="captions/report.rst",
            category="Report",
            labels={"what": "the report"},
        ),
        figures=directory(REPORT_FIGURES),
    log:
        "<logs>/write_report.log",
    benchmark:
        "<results>/benchmarks/write_report.tsv"
    params:
        **PAGE,
        perturbation=if_made(PERTURBATION_SUMMARY),
        code=code("write_report"),
    script:
        "../workflow_scripts/write_report.py"
