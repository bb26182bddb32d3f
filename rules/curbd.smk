"""Decompose the activity of each session into currents between groups of units.

Makes in <results>/currents/: sessions/, the currents of each session, in both
states; and currents.json with its figure, over all sessions. Nothing else depends on
it.
"""


rule decompose_currents:
    """Fit networks to one session, and decompose the currents in them."""
    input:
        units=UNITS,
        epochs=EPOCHS,
    output:
        SESSION_CURRENTS,
    log:
        "<logs>/decompose_currents/{session}.log",
    benchmark:
        "<results>/benchmarks/decompose_currents/{session}.tsv"
    params:
        units=cfg.recordings.units.model_dump(),
        compared=cfg.states.compared,
        settings=cfg.curbd.model_dump(),
        seed=cfg.seed,
        code=code("decompose_currents"),
    script:
        "../workflow_scripts/decompose_currents.py"


rule summarize_currents:
    """Summarize the currents of all sessions, and draw them."""
    input:
        ALL_SESSION_CURRENTS,
    output:
        document=report(
            CURRENTS,
            caption="captions/currents.rst",
            category="Currents",
            labels={"what": "numbers"},
        ),
        figure=report(
            CURRENTS_FIGURE,
            caption="captions/currents.rst",
            category="Currents",
            labels={"what": "currents in both states"},
        ),
    log:
        "<logs>/summarize_currents.log",
    benchmark:
        "<results>/benchmarks/summarize_currents.tsv"
    params:
        code=code("summarize_currents"),
    script:
        "../workflow_scripts/summarize_currents.py"


localrules:
    currents,
