"""Ask of mice whose circuits are of one family what was learned from another.

Makes <results>/families/: for each family of `validation.families` a cohort to learn
from, a model and fresh mice; families.json, and families.md, which `make families`
copies to docs. Nothing else depends on it.
"""


use rule simulate_cohort as simulate_cohort_of_family with:
    output:
        FAMILY_COHORT,
    log:
        "<logs>/simulate_cohort_of_family/{family}-{shard}.log",
    benchmark:
        "<results>/benchmarks/simulate_cohort_of_family/{family}-{shard}.tsv"
    params:
        mice=mice_of,
        ranges=cfg.cohort.ranges(),
        physics=physics_of_family,
        matching=cfg.statistics.model_dump(),
        code=code("simulate_cohort"),


use rule simulate_fresh_mice as simulate_fresh_mice_of_family with:
    output:
        FAMILY_MICE,
    log:
        "<logs>/simulate_fresh_mice_of_family/{family}-{group}.log",
    benchmark:
        "<results>/benchmarks/simulate_fresh_mice_of_family/{family}-{group}.tsv"
    params:
        n_mice=n_fresh_mice,
        fresh=cfg.validation.fresh(),
        ranges=cfg.cohort.ranges(),
        physics=physics_of_family,
        matching=cfg.statistics.model_dump(),
        code=code("simulate_fresh_mice"),


use rule train_mechanism as train_mechanism_of_family with:
    input:
        COHORT_OF_FAMILY,
    output:
        model=directory(FAMILY_MODEL),
        known=FAMILY_MODEL_CHECKS,
    log:
        "<logs>/train_mechanism_of_family/{family}.log",
    benchmark:
        "<results>/benchmarks/train_mechanism_of_family/{family}.tsv"


rule compare_families:
    """Let the model of each family judge the mice of all."""
    input:
        models=ALL_FAMILY_MODELS,
        cohorts=ALL_FAMILY_COHORTS,
        mice=ALL_FAMILY_MICE,
    output:
        numbers=report(
            FAMILIES_NUMBERS,
            caption="captions/families.rst",
            category="Validation",
            labels={"what": "families, numbers"},
        ),
        page=report(
            FAMILIES_PAGE,
            caption="captions/families.rst",
            category="Validation",
            labels={"what": "families, page"},
        ),
    log:
        "<logs>/compare_families.log",
    benchmark:
        "<results>/benchmarks/compare_families.tsv"
    params:
        families=cfg.validation.families,
        settings=cfg.inference.mechanism.model_dump(),
        rule=cfg.inference.rule(),
        cohorts=cfg.validation.cohorts(),
        matching=MATCHING,
        negligible=cfg.cohort.rise.negligible,
        run=cfg.run,
        seed=cfg.seed,
        code=code("compare_families"),
    script:
        "../workflow_scripts/compare_families.py"
