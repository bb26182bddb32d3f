"""What YAML accepts in silence is one sentence, and fast."""

import pytest
from snakemake.settings.types import ConfigSettings

import snakemake_logger_plugin_minicolumn  # noqa: F401
from minicolumn.errors import ConfigError
from minicolumn.yaml_files import check_yaml

BOMB = "a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40)
)


# Promise: a key twice, an alias that contains itself, a bomb of aliases in a
#   configuration | before any job | correct the file
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seed: 1\nrun: a\nseed: 2\n", r"line 1: 'seed' is given twice"),
        ("a:\n  b: 1\n  c: {d: 1, d: 1}\n", r"line 3: 'd' is given twice"),
        ("a: &a {b: *a}\n", r"line 1: an alias contains itself"),
        ("a: &a\n  - {b: [*a]}\n", r"line 2: an alias contains itself"),
        (BOMB, r"more than 100,000 values"),
        ("a: [1, 2", r"cannot be read as YAML"),
        ("a: b: c", r"cannot be read as YAML"),
        ("[" * 100_000, r"cannot be read as YAML"),
    ],
)
def test_what_yaml_would_misread_is_refused(tmp_path, text, said):
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said) as error:
        check_yaml(path)
    assert str(path) in str(error.value)


# Promise: an overlay contains itself | before Snakemake reads it | correct the file
@pytest.mark.parametrize("text", ["a: &a {b: *a}\n", "seed: &a\n  - {b: [*a]}\n"])
def test_snakemake_reads_no_overlay_that_contains_itself(tmp_path, text):
    """It merges overlays into each other before it reads the Snakefile."""
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(SystemExit, match=r"own\.yaml, .* an alias contains itself"):
        ConfigSettings(configfiles=[path])
    path.write_text("a: {b: 1}\n")
    assert ConfigSettings(configfiles=[path]).overwrite_config == {"a": {"b": 1}}


@pytest.mark.parametrize(
    "name", ["config.yaml", "demo.yaml", "families.yaml", "validation.yaml"]
)
def test_the_files_of_the_repository_are_accepted(pytestconfig, name):
    check_yaml(pytestconfig.rootpath / name)


def test_aliases_and_equal_keys_of_different_sections_are_ordinary_yaml(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("a: &x {low: 1, high: 2}\nb: *x\nc: {low: 1, high: 3}\nd: [*x, *x]")
    check_yaml(path)
    path.write_text("")
    check_yaml(path)
