import pytest

from minicolumn.errors import ConfigError
from minicolumn.jobs.environment import check_environment


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    for name in ("JAX_ENABLE_X64", "JAX_PLATFORMS", "XLA_FLAGS"):
        monkeypatch.delenv(name, raising=False)


# Promise: JAX_ENABLE_X64, JAX_PLATFORMS or XLA_FLAGS break jobs | before any job |
#   unset it
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("JAX_ENABLE_X64", "1", "JAX_ENABLE_X64 is set"),
        ("JAX_ENABLE_X64", "True", "JAX_ENABLE_X64 is set"),
        ("JAX_PLATFORMS", "cpu,metal", "names 'metal'"),
        ("XLA_FLAGS", "--xla_a=1 xla_b", "contains 'xla_b'"),
    ],
)
def test_a_variable_that_breaks_jobs_is_named(
    pytestconfig, monkeypatch, name, value, said
):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=said):
        check_environment(pytestconfig.rootpath)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("JAX_ENABLE_X64", "0"), ("JAX_PLATFORMS", "cpu"), ("JAX_PLATFORMS", "")),
        ("XLA_FLAGS", "--xla_force_host_platform_device_count=2"),
    ],
)
def test_what_harms_nothing_is_left_alone(pytestconfig, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    check_environment(pytestconfig.rootpath)


# Promise: another copy of this package is on PYTHONPATH | before any job | unset
#   PYTHONPATH
def test_another_copy_of_this_package_is_told_with_its_place(tmp_path):
    (tmp_path / "src").mkdir()
    with pytest.raises(ConfigError, match="and not from this checkout"):
        check_environment(tmp_path)
