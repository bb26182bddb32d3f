"""Evaluate inference on fresh mice: recovery, nulls, and mice out of distribution.

Makes <results>/validation/: validation.json, and validation.md with its figures, which
`make validation` copies to docs. Nothing else depends on it.
"""


rule simulate_fresh_mice:
    """Let one group of fresh mice rest and run, and describe every window."""
    output:
        FRESH_MICE,
    log:
        "<logs>/simulate_fresh_mice/{group}.log",
    benchmark:
        "<results>/benchmarks/simulate_fresh_mice/{group}.tsv"
    resources:
        gpu=1,
    params:
        n_mice=n_fresh_mice,
        fresh=cfg.validation.fresh(),
        ranges=cfg.cohort.ranges(),
        physics=cfg.physics(),
        matching=cfg.statistics.model_dump(),
        code=code("simulate_fresh_mice"),
    script:
        "../workflow_scripts/simulate_fresh_mice.py"


rule validate_mechanism:
    """Evaluate mechanism inference on fresh mice."""
    input:
        model=MECHANISM_MODEL,
        cohort=ALL_COHORT,
        fresh=ALL_FRESH_MICE,
        others=[local(str(path)) for path in cfg.validation.others.values()],
    output:
        numbers=report(
            VALIDATION_NUMBERS,
            caption="captions/validation.rst",
            category="Validation",
            labels={"what": "numbers"},
        ),
        page=report(
            VALIDATION_PAGE,
            caption="captions/validation.rst",
            category="Validation",
            labels={"what": "page"},
        ),
        figures=report(
            VALIDATION_FIGURES,
            caption="captions/validation.rst",
            category="Validation",
        ),
    log:
        "<logs>/validate_mechanism.log",
    benchmark:
        "<results>/benchmarks/validate_mechanism.tsv"
    params:
        settings=cfg.inference.mechanism.model_dump(),
        rule=cfg.inference.rule(),
        sizes=cfg.validation.sizes(),
        others=list(cfg.validation.others),
        matching=MATCHING,
        negligible=cfg.cohort.rise.negligible,
        facts={
            "run": cfg.run,
            "cohort": cfg.cohort.ranges(),
            "dose": cfg.prior[DOSE].model_dump(),
        },
        seed=cfg.seed,
        code=code("validate_mechanism"),
    script:
        "../workflow_scripts/validate_mechanism.py"
