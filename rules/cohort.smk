"""Simulate mice with a known mechanism: the training data of inference.

Makes <results>/cohort/shard-*.parquet: one row per mouse, state and epoch with its
statistics. Every mouse is a circuit of its own, in no other stage, with ACh levels
and confound of its own.
"""


rule simulate_cohort:
    """Let one shard of mice rest and run, and describe every window."""
    output:
        COHORT,
    log:
        "<logs>/simulate_cohort/{shard}.log",
    benchmark:
        "<results>/benchmarks/simulate_cohort/{shard}.tsv"
    resources:
        gpu=1,
    params:
        mice=mice_of,
        ranges=cfg.cohort.ranges(),
        physics=cfg.physics(),
        matching=cfg.statistics.model_dump(),
        code=code("simulate_cohort"),
    script:
        "../workflow_scripts/simulate_cohort.py"
