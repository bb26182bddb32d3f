"""Ask which rivals of the mechanisms the statistics can tell apart.

Makes <results>/rivals/: rivals.json, and rivals.md, which `make rivals` copies to docs.
The mice are those of the cohort and of the validation. Nothing else depends on it.
"""


rule compare_rivals:
    """Ask of new mice of every class which class each is of."""
    input:
        model=MECHANISM_MODEL,
        cohort=ALL_COHORT,
        fresh=mice_of_rivals,
    output:
        numbers=report(
            RIVALS_NUMBERS,
            caption="captions/rivals.rst",
            category="Validation",
            labels={"what": "rivals, numbers"},
        ),
        page=report(
            RIVALS_PAGE,
            caption="captions/rivals.rst",
            category="Validation",
            labels={"what": "rivals, page"},
        ),
    log:
        "<logs>/compare_rivals.log",
    benchmark:
        "<results>/benchmarks/compare_rivals.tsv"
    params:
        settings=cfg.inference.mechanism.model_dump(),
        rule=cfg.inference.rule(),
        cohorts=cfg.validation.cohorts(),
        matching=MATCHING,
        negligible=cfg.cohort.rise.negligible,
        run=cfg.run,
        seed=cfg.seed,
        code=code("compare_rivals"),
    script:
        "../workflow_scripts/compare_rivals.py"
