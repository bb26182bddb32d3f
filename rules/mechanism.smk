"""Infer which mechanism explains how each session changes, or none of these.

Makes <results>/inference/mechanism.json and .parquet: probabilities and claims for each
session and for all together; mechanism_model/ and mechanism_model.json: what was
learned from simulated mice, and how good it is on mice it has not seen.
"""

# What windows a model is learned from: sessions must be described in the same way.
MATCHING = cfg.statistics.model_dump() | {"duration_s": cfg.simulation.duration_s}


rule train_mechanism:
    """Learn to tell mechanisms apart from mice that have a known one."""
    input:
        ALL_COHORT,
    output:
        model=directory(MECHANISM_MODEL),
        known=report(
            MECHANISM_MODEL_CHECKS,
            caption="captions/learned.rst",
            category="Inference: mechanism and circuits",
            labels={"what": "mechanism, on unseen mice"},
        ),
    log:
        "<logs>/train_mechanism.log",
    benchmark:
        "<results>/benchmarks/train_mechanism.tsv"
    params:
        settings=cfg.inference.mechanism.model_dump(),
        negligible=cfg.cohort.rise.negligible,
        matching=MATCHING,
        seed=cfg.seed,
        code=code("train_mechanism"),
    script:
        "../workflow_scripts/train_mechanism.py"


rule infer_mechanism:
    """Infer the mechanism of every scored session, and of all together."""
    input:
        **SCORED_RECORDINGS,
        model=MECHANISM_MODEL,
        known=MECHANISM_MODEL_CHECKS,
        domain=DOMAIN_OF_SESSIONS,
        truth=TRUTH,
    output:
        answers=report(
            MECHANISM_ANSWERS,
            caption="captions/mechanism.rst",
            category="Inference: mechanism and circuits",
            labels={"what": "mechanism, all"},
        ),
        table=report(
            MECHANISM_OF_SESSIONS,
            caption="captions/mechanism.rst",
            category="Inference: mechanism and circuits",
            labels={"what": "mechanism, sessions"},
        ),
    log:
        "<logs>/infer_mechanism.log",
    benchmark:
        "<results>/benchmarks/infer_mechanism.tsv"
    params:
        rule=cfg.inference.rule(),
        matching=MATCHING,
        compared=cfg.states.compared,
        code=code("infer_mechanism"),
    script:
        "../workflow_scripts/infer_mechanism.py"
