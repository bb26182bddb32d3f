"""How the surrogates learned."""

from minicolumn.report.sections.learned import loss_curves


def test_the_kept_epoch_is_marked_where_its_loss_is(make_results):
    figure = loss_curves(make_results().surrogates)
    marks = [line for line in figure.axes[0].lines if line.get_marker() != "None"]
    assert marks
    for mark in marks:
        assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (2, 0.6)


def test_nothing_to_show_is_said():
    (said,) = loss_curves([]).axes[0].texts
    assert said.get_text() == "no neural surrogate"
