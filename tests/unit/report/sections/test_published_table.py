"""The published table and the same scores of this run."""

from collections import Counter

from report_charts import layers, rows

from minicolumn.report.sections.published_table import published_panels, published_rows


def test_every_published_score_has_one_of_this_run(make_results):
    rows = published_rows(make_results().scores.scores, "transformer")

    assert len(rows) == 9
    for theirs, ours in rows:
        assert ours.statistic == theirs.statistic
        assert ours.training_set == theirs.training_set
        assert ours.architecture == "transformer"


def test_published_and_own_accuracies_are_drawn_together(results):
    found = published_rows(results.scores.scores, "transformer")
    drawn = rows(layers(published_panels(found, "this run")), "source")

    published = {
        (row["statistic"], row["mechanism"]): row["accuracy"]
        for row in drawn
        if row["source"] == "published"
    }
    assert published["mean_rate", "synaptic"] == 0.125
    assert published["pairwise_corr", "synaptic"] == 0.75
    assert len(published) == 9
    assert Counter(row["source"] for row in drawn)["this run"] == 9
    assert {row["n"] for row in drawn if row["source"] == "published"} == {16}
