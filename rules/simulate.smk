"""Simulate every circuit at every ACh level under each mechanism.

Makes <results>/simulations/{mechanism}/shard-*.parquet: one row per circuit and level,
its outcome and spikes. One shard under one mechanism is one job, on one GPU if any.
Where spikes are not kept (simulation.keep_spikes), the job describes them, too.
"""


rule simulate_shard:
    """Simulate one shard of circuits at all ACh levels under one mechanism."""
    input:
        circuits=CIRCUITS,
    output:
        SIMULATIONS,
    log:
        "<logs>/simulate_shard/{mechanism}-{shard}.log",
    benchmark:
        "<results>/benchmarks/simulate_shard/{mechanism}-{shard}.tsv"
    resources:
        gpu=1,
    params:
        physics=cfg.physics(),
        code=code("simulate_shard"),
    script:
        "../workflow_scripts/simulate_shard.py"


rule simulate_and_describe:
    """Simulate one shard under one mechanism and describe it; spikes are not kept."""
    input:
        circuits=CIRCUITS,
    output:
        SIMULATED_STATISTICS,
    log:
        "<logs>/simulate_and_describe/{mechanism}-{shard}.log",
    benchmark:
        "<results>/benchmarks/simulate_and_describe/{mechanism}-{shard}.tsv"
    resources:
        gpu=1,
    params:
        physics=cfg.physics(),
        matching=cfg.statistics.model_dump(),
        code=code("simulate_and_describe"),
    script:
        "../workflow_scripts/simulate_and_describe.py"
