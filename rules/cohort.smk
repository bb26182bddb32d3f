"""Simulate mice with a known mechanism: the training data of inference.

Makes <results>/cohort/shard-*.parquet: one row per mouse, state and epoch with its
statistics. Every mouse is a circuit of its own, in no other stage, with ACh levels,
dose and confound of its own.
"""


def mice_of(wildcards):
    """Return the range of mice of a shard; growing their number adds shards only."""
    return circuits_of_shard(int(wildcards.shard), N_MICE, cfg.cohort.per_shard)


rule simulate_cohort:
    """Let one shard of mice rest and run, and describe every window."""
    output:
        COHORT,
    log:
        "<logs>/simulate_cohort/{shard}.log",
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
