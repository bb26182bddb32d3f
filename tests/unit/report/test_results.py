"""What the report is made from."""

from dataclasses import replace


def test_architecture_shown_first_is_the_declared_one_whatever_its_scores(results):
    assert results.main == "transformer"
    scores = results.scores
    primary = scores.primary.model_copy(update={"architecture": "mlp"})
    assert replace(results, scores=replace(scores, primary=primary)).main == "mlp"
    assert replace(results, scores=replace(scores, scores=())).main is None
