"""A sentence for each score that claims no more than its numbers do."""

from minicolumn.transfer.cell import Cell
from minicolumn.transfer.evidence import Evidence

SIGNIFICANT = 0.05


def verdict(cell: Cell, n_tests: int) -> str:
    """Return what may be said about one cell.

    The strongest sentence is "consistent with": it needs more than one predicted
    direction, a 95 % interval (Clopper-Pearson) wholly above the best constant guess
    and a corrected p-value below 0.05. Agreement of direction can never show that
    acetylcholine is the cause.

    Parameters
    ----------
    cell
        A score with its corrected p-value.
    n_tests
        Number of p-values that the correction took into account.
    """
    if cell.accuracy is None or cell.best_constant is None:
        return "Not scored: no session has both a prediction and an observed change."
    if cell.decided is None or cell.p_holm is None:
        return f"Not scored: none of {cell.n} sessions has a direction to compare."
    count = (
        f"{cell.matches:g} of {cell.n} sessions match"
        f" (best constant guess {cell.best_constant:.1%},"
        f" corrected p = {cell.p_holm:.2g} over {n_tests} tests)"
    )
    significant = cell.p_holm < SIGNIFICANT
    finding = _finding(cell, cell.decided, cell.best_constant, significant)
    return f"{finding}: {count}."


def _finding(
    cell: Cell, decided: Evidence, best_constant: float, significant: bool
) -> str:
    low, high = decided.clopper_pearson
    if cell.n_signs <= 1:
        return "Not distinguishable from a constant guess, which is what was predicted"
    if significant and high < 0.5:
        return "Opposed to the observed direction more often than chance"
    if cell.skill is None or cell.skill <= 0:
        return "No better than a constant guess"
    if low <= best_constant:
        return "Not distinguishable from a constant guess"
    if not significant:
        return "Not distinguishable from chance after correction"
    return f"Consistent with the directions that {cell.training_set} predicts"
