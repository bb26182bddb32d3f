import shlex

import pytest
from hypothesis import given, strategies as st

from minicolumn.errors import ConfigError
from minicolumn.jobs.shell_names import check_for_cluster, check_interpreter


def accepted(check, name):
    try:
        check(name)
    except ConfigError:
        return False
    return True


@given(st.text())
def test_a_name_that_is_accepted_is_one_and_the_same_word_to_a_shell(name):
    # As snakemake-interface-executor-plugins 9 quotes: repr, or as it is when the text
    # looks quoted already.
    if accepted(lambda text: check_for_cluster({"name": text}), name):
        assert shlex.split(repr(name)) == [name]
        assert shlex.split(repr(f"key={name!r}")) == [f"key={name!r}"]


@given(st.text(min_size=1))
def test_an_accepted_interpreter_is_a_word_without_quotes(path):
    if accepted(check_interpreter, path):
        assert shlex.split(path) == [path]


@pytest.mark.parametrize(
    "name",
    [
        *("it's", 'the "best"', "$(touch x)", "`touch x`", "$HOME", "a\nb", "a\\b"),
        *("tab\there", "\x1b[31m"),
    ],
)
def test_what_a_shell_would_run_or_break_on_is_refused_by_name(name):
    with pytest.raises(ConfigError, match="The cache"):
        check_for_cluster({"The cache": name})
    with pytest.raises(ConfigError, match="A value"):
        check_for_cluster({"A value": {"recordings": {"areas": ["VISp", name]}}})


def test_spaces_semicolons_and_unicode_are_only_names():
    check_for_cluster({"directory": "/data/my lab; über & more (2026) #1 *"})


def test_an_interpreter_in_a_directory_with_a_space_is_refused():
    with pytest.raises(ConfigError, match="move the checkout"):
        check_interpreter("/home/ann/my projects/.venv/bin/python")
    check_interpreter("/home/ann/projects/minicolumn-1.0/.venv/bin/python")
