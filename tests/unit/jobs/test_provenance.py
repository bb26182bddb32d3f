from minicolumn.jobs.provenance import (
    installed_name,
    machine,
    versions,
)


def test_versions_and_machine_name_no_user_or_host():
    assert versions("numpy", "nosuchpackage")["nosuchpackage"] == "not installed"
    assert set(machine()) == {"system", "cores", "cpu"}


def test_a_package_is_found_under_the_name_it_was_installed_by():
    assert installed_name("xgboost", "xgboost-cpu") in ("xgboost", "xgboost-cpu")
    assert installed_name("nosuchpackage", "numpy") == "numpy"
    assert installed_name("nosuchpackage", "norisit") == "nosuchpackage"
