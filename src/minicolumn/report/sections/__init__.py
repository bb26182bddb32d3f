"""The report and its sections, in their order: answers in sight, then details folded.

A new section is a module here with `content` or `figures` or both, a template of the
module's name, and a line in `REPORT`.
"""

from minicolumn.report.section import Page, Section
from minicolumn.report.sections import (
    circuits,
    comparison,
    directions,
    domain,
    dose_response,
    doses,
    example,
    headline,
    learned,
    mechanism,
    provenance,
    published_method,
    published_signs,
    published_table,
    rates,
    recording,
    run,
    sizes,
    surrogates,
    trust,
)

_SECTIONS = (
    Section.of(mechanism, "Which mechanism?"),
    Section.of(doses, "Why"),
    Section.of(trust, "Can you trust it?"),
    Section.of(published_table, "The published score"),
    Section("limits", "Limits"),
    Section.of(run, "What was run", folded=True),
    Section.of(example, "One circuit", folded=True),
    Section.of(
        recording, "One recording, and how epochs depend on the rule", folded=True
    ),
    Section.of(domain, "Recordings and simulations", folded=True),
    Section.of(dose_response, "Acetylcholine within sessions", folded=True),
    Section.of(rates, "More than a change of rate?", folded=True),
    Section.of(surrogates, "How good the surrogates are", folded=True),
    Section.of(comparison, "Where the largest model is best", folded=True),
    Section.of(learned, "How they learned, and their intervals", folded=True),
    Section.of(directions, "Predicted and observed directions", folded=True),
    Section.of(published_method, "The published method, in numbers", folded=True),
    Section.of(published_signs, "Published effects", folded=True),
    Section.of(sizes, "Sizes of change", folded=True),
    Section.of(circuits, "Which circuits each session could be", folded=True),
    Section.of(provenance, "Data and code"),
)

REPORT = Page(
    title="Acetylcholine and mouse V1",
    answer=headline.content,
    sections=_SECTIONS,
)
