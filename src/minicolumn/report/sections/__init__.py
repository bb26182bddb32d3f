"""The sections of the page, in their order.

A new section is a module here with `content` or `figures` or both, a template of the
module's name, and a line in `SECTIONS`.
"""

from minicolumn.report.section import Section
from minicolumn.report.sections import (
    circuits,
    comparison,
    directions,
    domain,
    doses,
    example,
    learned,
    mechanism,
    provenance,
    published_method,
    published_table,
    rates,
    recording,
    run,
    sizes,
    surrogates,
)

SECTIONS = (
    Section.of(run, "What was run"),
    Section.of(example, "One circuit"),
    Section.of(doses, "What acetylcholine does in simulation"),
    Section.of(recording, "One recording, and how epochs depend on the rule"),
    Section.of(domain, "Recordings and simulations"),
    Section.of(rates, "More than a change of rate?"),
    Section.of(surrogates, "How good the surrogates are"),
    Section.of(comparison, "Where the largest model is best", part=True),
    Section.of(learned, "How they learned", part=True),
    Section.of(directions, "Predicted and observed directions"),
    Section.of(
        published_method, "The published method on the same sessions", part=True
    ),
    Section.of(sizes, "Sizes of change", part=True),
    Section.of(published_table, "The published table", part=True),
    Section.of(mechanism, "The inferred mechanism"),
    Section.of(circuits, "Which circuits each session could be"),
    Section("limits", "Limits"),
    Section.of(provenance, "Provenance"),
)
