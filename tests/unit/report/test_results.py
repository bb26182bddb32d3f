"""What the report is made from."""


def test_architecture_shown_first_is_the_declared_one_whatever_its_scores(results):
    assert results.main == "transformer"
    results.scores.primary["architecture"] = "mlp"
    assert results.main == "mlp"
    results.scores.scores.clear()
    assert results.main is None
