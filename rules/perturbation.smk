"""Would a network that is fitted to trials of a circuit predict what light does to it?

Makes in <results>/perturbation/: references/, circuits of this engine with and without
perturbations; students/, networks fitted to the unperturbed trials; perturbed/, what
perturbations do to these; perturbed_circuits/, the same of whole circuits that the run
has simulated, if any are asked for; microperturbations/, which neurons they would choose;
scores.parquet, summary.json over circuits, and report.html. It depends on no recording,
and nothing asks for it: other pages speak of it if it is there.
"""

REFERENCES = cfg.perturbation.references.model_dump(mode="json")
CHOSEN = cfg.perturbation.chosen
PHYSICS_OF_REFERENCES = cfg.physics(cfg.perturbation.references.family)


rule make_reference:
    """Simulate a reference circuit without perturbations, and under each."""
    output:
        directory(REFERENCE),
    log:
        "<logs>/make_reference/{regime}/{reference}.log",
    benchmark:
        "<results>/benchmarks/make_reference/{regime}/{reference}.tsv"
    resources:
        gpu=1,
    params:
        settings=REFERENCES,
        physics=PHYSICS_OF_REFERENCES,
        code=code("make_reference"),
    script:
        "../workflow_scripts/make_reference.py"


rule fit_student:
    """Fit a network to unperturbed trials of a reference circuit."""
    input:
        REFERENCE,
    output:
        directory(STUDENT),
    log:
        "<logs>/fit_student/{regime}/{reference}/{student}-{start}.log",
    benchmark:
        "<results>/benchmarks/fit_student/{regime}/{reference}/{student}-{start}.tsv"
    resources:
        gpu=1,
    params:
        references=REFERENCES,
        settings=cfg.perturbation.fits.model_dump(mode="json"),
        physics=PHYSICS_OF_REFERENCES,
        code=code("fit_student"),
    script:
        "../workflow_scripts/fit_student.py"


rule perturb_student:
    """Put a fitted network under perturbations that it never saw."""
    input:
        reference=REFERENCE,
        student=STUDENT,
    output:
        PERTURBED_STUDENTS,
    log:
        "<logs>/perturb_student/{regime}/{reference}/{student}-{start}.log",
    benchmark:
        "<results>/benchmarks/perturb_student/{regime}/{reference}/{student}-{start}.tsv"
    resources:
        gpu=1,
    params:
        settings=REFERENCES,
        physics=PHYSICS_OF_REFERENCES,
        code=code("perturb_student"),
    script:
        "../workflow_scripts/perturb_student.py"


rule perturb_circuits:
    """Put circuits that resemble a reference circuit at rest under perturbations."""
    input:
        reference=REFERENCE,
        circuits=circuits_to_start_from,
        simulated=[*WITHOUT_ACH, *ALL_RESTING_STATISTICS],
        cohort=ALL_COHORT,
        posterior=[POSTERIOR] if "posterior" in CHOSEN.selectors else [],
    output:
        CHOSEN_CIRCUITS,
    log:
        "<logs>/perturb_circuits/{regime}/{reference}.log",
    benchmark:
        "<results>/benchmarks/perturb_circuits/{regime}/{reference}.tsv"
    resources:
        gpu=1,
    params:
        references=REFERENCES,
        chosen=CHOSEN.model_dump(mode="json"),
        fits=cfg.tuned.fitting(),
        matching=cfg.statistics.model_dump(),
        split=cfg.surrogates.split(),
        physics=cfg.physics(),
        code=code("perturb_circuits"),
    script:
        "../workflow_scripts/perturb_circuits.py"


rule target_microperturbations:
    """Choose few neurons by what students say, and see what the circuit does."""
    input:
        **STUDENTS_OF_REFERENCE,
        reference=REFERENCE,
    output:
        MICROPERTURBATIONS,
    log:
        "<logs>/target_microperturbations/{regime}/{reference}.log",
    benchmark:
        "<results>/benchmarks/target_microperturbations/{regime}/{reference}.tsv"
    resources:
        gpu=1,
    params:
        references=REFERENCES,
        settings=cfg.perturbation.microperturbations.model_dump(mode="json"),
        physics=PHYSICS_OF_REFERENCES,
        code=code("target_microperturbations"),
    script:
        "../workflow_scripts/target_microperturbations.py"


rule score_perturbation:
    """Score all networks, and what needs none, on what perturbations do."""
    input:
        references=ALL_REFERENCES,
        perturbed=ALL_PERTURBED_STUDENTS
        + (ALL_CHOSEN_CIRCUITS if CHOSEN.selectors else []),
        microperturbations=ALL_MICROPERTURBATIONS,
    output:
        scores=PERTURBATION_SCORES,
        summary=PERTURBATION_SUMMARY,
    log:
        "<logs>/score_perturbation.log",
    benchmark:
        "<results>/benchmarks/score_perturbation.tsv"
    params:
        regimes=cfg.perturbation.regimes,
        names=REFERENCE_NAMES,
        settings=REFERENCES,
        physics=PHYSICS_OF_REFERENCES,
        code=code("score_perturbation"),
    script:
        "../workflow_scripts/score_perturbation.py"


rule write_perturbation_report:
    """Write the page about networks fitted to known circuits."""
    input:
        summary=PERTURBATION_SUMMARY,
    output:
        page=report(
            PERTURBATION_REPORT,
            caption="captions/perturbation.rst",
            category="Report",
            labels={"what": "the page about networks under light and ACh"},
        ),
        figures=directory(PERTURBATION_FIGURES),
    log:
        "<logs>/write_perturbation_report.log",
    benchmark:
        "<results>/benchmarks/write_perturbation_report.tsv"
    params:
        **PAGE,
        code=code("write_perturbation_report"),
    script:
        "../workflow_scripts/write_perturbation_report.py"


rule perturb_session:
    """Measure what light does in a recorded session, and how much one factor says."""
    input:
        units=UNITS,
        nwb=nwb_of,
    output:
        changes=OPTOGENETIC_CHANGES,
        scores=OPTOGENETIC_SCORES,
    log:
        "<logs>/perturb_session/{session}.log",
    benchmark:
        "<results>/benchmarks/perturb_session/{session}.tsv"
    params:
        settings=cfg.perturbation.sessions.model_dump(mode="json"),
        unit_filter=cfg.recordings.units.model_dump(mode="json"),
        code=code("perturb_session"),
    script:
        "../workflow_scripts/perturb_session.py"


localrules:
    perturbation,
    perturb_sessions,
