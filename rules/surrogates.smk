"""Train surrogates: circuit parameters and ACh level to the 11 statistics.

Makes <results>/surrogates/{training_set}/{architecture}/: weights, metrics, manifest.
Three architectures, each on three mechanisms and on a baseline: `combined` with ACh
levels permuted within circuit.
"""


def training_statistics(wildcards):
    """Return the statistics a surrogate learns from."""
    return expand(
        "<results>/statistics/simulated/{mechanism}/shard-{shard}.parquet",
        mechanism=source_mechanism(wildcards.training_set),
        shard=SHARDS,
    )


def architecture_settings(wildcards):
    """Return the section of the configuration that one architecture depends on."""
    return getattr(cfg.surrogates, wildcards.architecture).model_dump()


rule train_surrogate:
    """Train one surrogate and score it on held-out circuits."""
    input:
        circuits=expand("<results>/circuits/shard-{shard}.parquet", shard=SHARDS),
        statistics=training_statistics,
    output:
        directory("<results>/surrogates/{training_set}/{architecture}"),
    log:
        "<logs>/train_surrogate/{training_set}-{architecture}.log",
    params:
        settings=architecture_settings,
        split=cfg.surrogates.split(),
        prior=cfg.physics()["prior"],
        seed=cfg.seed,
        code=code("train_surrogate", "minicolumn.surrogate"),
    script:
        "../workflow_scripts/train_surrogate.py"
