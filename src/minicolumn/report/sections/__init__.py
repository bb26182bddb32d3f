"""The sections of the page, in their order.

A new section is a module here, a template of its name, and a line in `SECTIONS`.
"""

from minicolumn.report.section import Section
from minicolumn.report.sections import (
    circuits,
    comparison,
    coverage,
    domain,
    doses,
    example,
    learned,
    mechanism,
    observed_directions,
    predicted,
    provenance,
    published_method,
    published_table,
    rates,
    recording,
    run,
    sizes,
    surrogates,
    transfer,
)

SECTIONS = (
    Section("run", "What was run", run.content, run.figures),
    Section("example", "One circuit", example.content, example.figures),
    Section("doses", "What acetylcholine does in simulation", figures=doses.figures),
    Section(
        "recording",
        "One recording, and how epochs depend on the rule",
        recording.content,
        recording.figures,
    ),
    Section("domain", "Recordings and simulations", domain.content, domain.figures),
    Section("rates", "More than a change of rate?", rates.content),
    Section("surrogates", "How good the surrogates are", figures=surrogates.figures),
    Section(
        "comparison", "Where the largest model is best", comparison.content, part=True
    ),
    Section("coverage", "Predictive intervals", coverage.content, part=True),
    Section("learned", "How they learned", learned.content, learned.figures, part=True),
    Section(
        "transfer",
        "Predicted and observed directions",
        transfer.content,
        transfer.figures,
    ),
    Section(
        "published_method",
        "The published method of prediction, on the same sessions",
        published_method.content,
        part=True,
    ),
    Section("sizes", "Sizes of change", sizes.content, sizes.figures, part=True),
    Section(
        "observed_directions",
        "How well the observed directions are known",
        observed_directions.content,
        part=True,
    ),
    Section(
        "published_table",
        "The published table",
        published_table.content,
        published_table.figures,
        part=True,
    ),
    Section(
        "mechanism", "The inferred mechanism", mechanism.content, mechanism.figures
    ),
    Section(
        "circuits",
        "Which circuits each session could be",
        circuits.content,
        circuits.figures,
    ),
    Section(
        "predicted",
        "What follows for the change to running",
        predicted.content,
        predicted.figures,
        part=True,
    ),
    Section("limits", "Limits"),
    Section("provenance", "Provenance", provenance.content),
)
