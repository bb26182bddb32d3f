"""Ask whether recordings are inside what was simulated; inference cannot extrapolate.

Makes <results>/domain/domain.parquet: the typicality of every scored session among
simulated mice; and domain.json: simulated ranges and recorded epochs, tests of the
cohort, and how many sessions are inside.
"""


rule measure_domain:
    """Say whether every scored session, and the cohort, is inside what was simulated."""
    input:
        **SCORED_RECORDINGS,
        cohort=ALL_COHORT,
        simulated=ALL_SIMULATED,
    output:
        table=report(
            DOMAIN_OF_SESSIONS,
            caption="captions/domain.rst",
            category="Domain and rates",
            labels={"what": "domain, sessions"},
        ),
        summary=report(
            DOMAIN_OF_COHORT,
            caption="captions/domain.rst",
            category="Domain and rates",
            labels={"what": "domain, all"},
        ),
    log:
        "<logs>/measure_domain.log",
    benchmark:
        "<results>/benchmarks/measure_domain.tsv"
    params:
        states=cfg.states.levels.model_dump(),
        false_alarm=cfg.inference.false_alarm,
        seed=cfg.seed,
        code=code("measure_domain"),
    script:
        "../workflow_scripts/measure_domain.py"
