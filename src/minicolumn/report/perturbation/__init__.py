"""The page about networks that were fitted to known circuits, and its sections."""

from minicolumn.report.perturbation import choices, overview, skills
from minicolumn.report.section import Page, Section
from minicolumn.report.sections import provenance

PERTURBATION = Page(
    title="Fitted networks under light and acetylcholine",
    answer=overview.content,
    sections=(
        Section.of(skills, "What fitted networks foretell"),
        Section.of(choices, "Whom they would choose"),
        Section.of(provenance, "Data and code"),
    ),
)
