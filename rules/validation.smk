"""Judge what is inferred by fresh mice: recovery, nulls, mice out of distribution.

Makes <results>/validation/: validation.json, and validation.md with its figures, which
`make validation` copies to docs. Nothing else depends on it.
"""


rule simulate_fresh_mice:
    """Let one group of fresh mice rest and run, and describe every window."""
    output:
        "<results>/validation/mice/{group}.parquet",
    log:
        "<logs>/simulate_fresh_mice/{group}.log",
    resources:
        gpu=1,
    params:
        n_mice=cfg.validation.mice_per_group,
        fresh=cfg.validation.fresh(),
        ranges=cfg.cohort.ranges(),
        physics=cfg.physics(),
        matching=cfg.statistics.model_dump(),
        code=code("simulate_fresh_mice"),
    script:
        "../workflow_scripts/simulate_fresh_mice.py"


rule validate_mechanism:
    """Judge mechanism inference by fresh mice."""
    input:
        model="<results>/inference/mechanism_model",
        cohort=expand("<results>/cohort/shard-{shard}.parquet", shard=COHORT_SHARDS),
        fresh=expand("<results>/validation/mice/{group}.parquet", group=GROUPS),
    output:
        numbers=report(
            "<results>/validation/validation.json",
            caption="captions/validation.rst",
            category="Validation",
            labels={"what": "numbers"},
        ),
        page=report(
            "<results>/validation/validation.md",
            caption="captions/validation.rst",
            category="Validation",
            labels={"what": "page"},
        ),
        figures=report(
            expand("<results>/validation/validation_{figure}.svg", figure=FIGURES),
            caption="captions/validation.rst",
            category="Validation",
        ),
    log:
        "<logs>/validate_mechanism.log",
    params:
        settings=cfg.inference.mechanism.model_dump(),
        rule=cfg.inference.rule(),
        sizes=cfg.validation.sizes(),
        matching=MATCHING,
        facts={"run": cfg.run, "cohort": cfg.cohort.ranges()},
        seed=cfg.seed,
        code=code("validate_mechanism"),
    script:
        "../workflow_scripts/validate_mechanism.py"


localrules:
    validation,
