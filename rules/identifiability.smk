"""Ask what the statistics can tell of the parameters behind them.

Makes in <results>/identifiability/: perturbed.parquet, what test circuits do when one
parameter changes; sensitivities.parquet, derivatives of surrogates beside those
differences; identified.parquet, what is identifiable of each circuit; and
identifiability.json with its figure. Apart from these, teacher_student.parquet and its
figure say what a known connectome and some recorded neurons tell of the others. Nothing
else depends on it.
"""

# Imported circuits need not come from this physics: nobody can simulate them here.
PERTURBED_CIRCUITS = (
    []
    if cfg.circuits.are_imported
    else first_members(
        SPLIT_RULE,
        "test",
        cfg.identifiability.perturbed.circuits,
        cfg.circuits.count,
    )
)


rule simulate_perturbed:
    """Simulate test circuits with one parameter changed to either side."""
    output:
        PERTURBED,
    log:
        "<logs>/simulate_perturbed.log",
    benchmark:
        "<results>/benchmarks/simulate_perturbed.tsv"
    resources:
        gpu=1,
    params:
        circuits=PERTURBED_CIRCUITS,
        perturbed=cfg.identifiability.perturbed.model_dump(),
        states=cfg.states.levels.model_dump(),
        matching=cfg.statistics.model_dump(),
        physics=cfg.physics(),
        code=code("simulate_perturbed"),
    script:
        "../workflow_scripts/simulate_perturbed.py"


rule measure_identifiability:
    """Measure which directions among the parameters the statistics determine."""
    input:
        circuits=ALL_CIRCUITS,
        surrogates=DIFFERENTIATED,
        cohort=ALL_COHORT,
        posterior=POSTERIOR_CHECKS,
        perturbed=[PERTURBED] if PERTURBED_CIRCUITS else [],
    output:
        sensitivities=SENSITIVITIES,
        identified=report(
            IDENTIFIED,
            caption="captions/identifiability.rst",
            category="Identifiability",
            labels={"what": "directions and angles by circuit"},
        ),
        document=report(
            IDENTIFIABILITY,
            caption="captions/identifiability.rst",
            category="Identifiability",
            labels={"what": "numbers"},
        ),
        figure=report(
            IDENTIFIABILITY_FIGURE,
            caption="captions/identifiability.rst",
            category="Identifiability",
            labels={"what": "heat maps"},
        ),
    log:
        "<logs>/measure_identifiability.log",
    benchmark:
        "<results>/benchmarks/measure_identifiability.tsv"
    params:
        states=cfg.states.levels.model_dump(),
        split=cfg.surrogates.split(),
        prior=cfg.physics()["prior"],
        n_epochs=cfg.cohort.epochs_per_state,
        seed=cfg.seed,
        code=code("measure_identifiability"),
    script:
        "../workflow_scripts/measure_identifiability.py"


rule teacher_student:
    """Fit networks of known connections to some neurons, and ask about the others."""
    output:
        table=report(
            TEACHER_STUDENT,
            caption="captions/teacher_student.rst",
            category="Identifiability",
            labels={"what": "errors of students"},
        ),
        figure=report(
            TEACHER_STUDENT_FIGURE,
            caption="captions/teacher_student.rst",
            category="Identifiability",
            labels={"what": "errors of unrecorded neurons"},
        ),
    log:
        "<logs>/teacher_student.log",
    benchmark:
        "<results>/benchmarks/teacher_student.tsv"
    params:
        settings=cfg.identifiability.teacher_student.model_dump(),
        seed=cfg.seed,
        code=code("teacher_student"),
    script:
        "../workflow_scripts/teacher_student.py"


localrules:
    identifiability,
