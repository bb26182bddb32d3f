"""Infer which circuits could have produced what each session did at rest.

Makes in <results>/inference/: posterior/, an amortized neural posterior; posterior.json,
how well it is calibrated and what it knows; and posterior_samples.parquet, draws from
it for each session and mechanism.
"""


rule train_posterior:
    """Learn from simulated mice at rest which circuits they could be."""
    input:
        cohort=ALL_COHORT,
    output:
        directory(POSTERIOR),
    log:
        "<logs>/train_posterior.log",
    benchmark:
        "<results>/benchmarks/train_posterior.tsv"
    params:
        flow=cfg.inference.posterior.flow.model_dump(),
        rest=cfg.cohort.stationary.model_dump(),
        split=cfg.surrogates.split(),
        prior=cfg.physics()["prior"],
        seed=cfg.seed,
        code=code("train_posterior"),
    script:
        "../workflow_scripts/train_posterior.py"


rule check_posterior:
    """Check on held-out mice that the posterior means what it says."""
    input:
        posterior=POSTERIOR,
        cohort=ALL_COHORT,
    output:
        report(
            POSTERIOR_CHECKS,
            caption="captions/posterior.rst",
            category="Inference: mechanism and circuits",
            labels={"what": "posterior, checks"},
        ),
    log:
        "<logs>/check_posterior.log",
    benchmark:
        "<results>/benchmarks/check_posterior.tsv"
    params:
        draws=cfg.inference.posterior.check_draws,
        at_most=cfg.inference.posterior.check_mice,
        prior=cfg.physics()["prior"],
        seed=cfg.seed,
        code=code("check_posterior"),
    script:
        "../workflow_scripts/check_posterior.py"


rule infer_circuits:
    """Draw circuits that could have produced each session at rest."""
    input:
        **SCORED_RECORDINGS,
        posterior=POSTERIOR,
    output:
        report(
            POSTERIOR_SAMPLES,
            caption="captions/posterior_samples.rst",
            category="Inference: mechanism and circuits",
            labels={"what": "posterior samples"},
        ),
    log:
        "<logs>/infer_circuits.log",
    benchmark:
        "<results>/benchmarks/infer_circuits.tsv"
    params:
        family=cfg.circuits.family,
        draws=cfg.inference.posterior.draws,
        seed=cfg.seed,
        code=code("infer_circuits"),
    script:
        "../workflow_scripts/infer_circuits.py"
