"""Ask whether an observed change is more than a change of rate.

Makes <results>/prediction/rate_matching.parquet: whether it survives when rates cannot
differ.
"""


rule check_rate_matching:
    """Compare each observed change with the one at matched rates."""
    input:
        **SCORED_RECORDINGS,
        simulated=ALL_SIMULATED,
    output:
        report(
            RATE_MATCHING,
            caption="captions/rate_matching.rst",
            category="Domain and rates",
            labels={"what": "at matched rates"},
        ),
    log:
        "<logs>/check_rate_matching.log",
    benchmark:
        "<results>/benchmarks/check_rate_matching.tsv"
    params:
        states=cfg.states.model_dump(),
        per_state_at_least=cfg.epochs.per_state_at_least,
        code=code("check_rate_matching"),
    script:
        "../workflow_scripts/check_rate_matching.py"
