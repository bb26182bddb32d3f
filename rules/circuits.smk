"""Sample the parameters of circuits from the prior.

Makes <results>/circuits/shard-*.parquet: one row per circuit, its sampled parameters.
"""


rule sample_circuits:
    """Draw the parameters of one shard of circuits from the prior."""
    output:
        CIRCUITS,
    log:
        "<logs>/sample_circuits/{shard}.log",
    benchmark:
        "<results>/benchmarks/sample_circuits/{shard}.tsv"
    localrule: True
    params:
        circuits=circuits_of,
        family=cfg.circuits.family,
        prior=cfg.physics()["prior"],
        seed=cfg.seed,
        code=code("sample_circuits"),
    script:
        "../workflow_scripts/sample_circuits.py"
