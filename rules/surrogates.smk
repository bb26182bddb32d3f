"""Train surrogates: circuit parameters and ACh level to the 11 statistics.

Makes <results>/surrogates/{training_set}/{architecture}/: weights, metrics, manifest;
and <results>/surrogate_scores/{training_set}.json: scores of all three, of baselines,
and of the noise ceiling. There are three architectures, each trained on three mechanisms
and on the ACh-shuffled control: `combined` with ACh levels permuted within circuit.
"""

from minicolumn.learning.splits import first_members

# Imported circuits need not come from this physics: nobody can repeat them here.
REPEATED = (
    []
    if cfg.circuits.are_imported
    else first_members(
        SPLIT_RULE, "test", cfg.surrogates.repeats.circuits, cfg.circuits.count
    )
)


rule train_surrogate:
    """Train one surrogate and score it on held-out circuits."""
    input:
        circuits=ALL_CIRCUITS,
        statistics=training_statistics,
    output:
        directory(SURROGATE),
    log:
        "<logs>/train_surrogate/{training_set}-{architecture}.log",
    benchmark:
        "<results>/benchmarks/train_surrogate/{training_set}-{architecture}.tsv"
    params:
        settings=architecture_settings,
        split=cfg.surrogates.split(),
        prior=cfg.physics()["prior"],
        miscoverage=cfg.surrogates.miscoverage,
        seed=cfg.seed,
        code=code("train_surrogate"),
    script:
        "../workflow_scripts/train_surrogate.py"


rule simulate_repeats:
    """Simulate some test circuits several times, each time under other noise."""
    output:
        REPEATS,
    log:
        "<logs>/simulate_repeats/{mechanism}.log",
    benchmark:
        "<results>/benchmarks/simulate_repeats/{mechanism}.tsv"
    resources:
        gpu=1,
    params:
        circuits=REPEATED,
        trials=cfg.surrogates.repeats.trials,
        physics=cfg.physics(),
        code=code("simulate_repeats"),
    script:
        "../workflow_scripts/simulate_repeats.py"


rule describe_repeats:
    """Describe the repeated simulations."""
    input:
        REPEATS,
    output:
        REPEATED_STATISTICS,
    log:
        "<logs>/describe_repeats/{mechanism}.log",
    benchmark:
        "<results>/benchmarks/describe_repeats/{mechanism}.tsv"
    params:
        matching=cfg.statistics.model_dump(),
        seed=cfg.seed,
        code=code("describe_repeats"),
    script:
        "../workflow_scripts/describe_repeats.py"


rule score_surrogates:
    """Score the surrogates of one training set, baselines, and the noise ceiling."""
    input:
        circuits=ALL_CIRCUITS,
        statistics=training_statistics,
        repeats=training_repeats if REPEATED else [],
        surrogates=SURROGATES_OF_TRAINING_SET,
    output:
        report(
            SURROGATE_SCORES,
            caption="captions/surrogates.rst",
            category="Surrogates",
            labels={"trained on": "{training_set}"},
        ),
    log:
        "<logs>/score_surrogates/{training_set}.log",
    benchmark:
        "<results>/benchmarks/score_surrogates/{training_set}.tsv"
    params:
        split=cfg.surrogates.split(),
        prior=cfg.physics()["prior"],
        seed=cfg.seed,
        code=code("score_surrogates"),
    script:
        "../workflow_scripts/score_surrogates.py"
