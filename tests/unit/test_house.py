"""The floor plan: arrows point down, rooms are small, names are used once."""

import ast
import re
import statistics
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

import minicolumn

LIBRARY = Path(minicolumn.__file__).parent
FILES = sorted(LIBRARY.rglob("*.py"))
CONTRIBUTING = LIBRARY.parents[1] / "CONTRIBUTING.md"
# From the bottom up; what shares a line does not import each other, but for `files` and
# `jobs`, which everybody uses.
LAYERS = (
    {"errors", "keys", "arrays", "outcomes", "states", "yaml_files", "registry"},
    {"circuits.family", "circuits.mechanisms"},
    {"statistics.names", "surrogates.names", "mice.groups", "perturbation.variants"},
    {"config"},
    {"files", "jobs"},
    {"circuits", "statistics", "recordings", "learning"},
    {"simulation", "sessions"},
    {"perturbation"},
    {"mice"},
    {"surrogates"},
    {"domain"},
    {"inference"},
    {"tuning"},
    {"prediction"},
    {"scoring"},
    {"validation", "export", "circuit_archives", "extension_checks", "report"}
    | {"identifiability", "curbd"},
    {"api"},
    {"__main__"},
)
MOST_LINES = 300
MOST_ARGUMENTS = 7
MOST_PACKAGES_OF_A_NAME = 2


@cache
def parsed(path):
    return ast.parse(path.read_text())


def module_of(path):
    return ".".join(path.relative_to(LIBRARY).with_suffix("").parts)


def layer_of(module):
    """Return the layer of a module: that of the longest name above it."""
    best = -1, -1
    for number, layer in enumerate(LAYERS):
        for name in layer:
            if module == name or module.startswith(f"{name}."):
                best = max(best, (len(name), number))
    return best[1]


@cache
def imports(path):
    """Return the modules of the library that a file imports, relative to its root."""
    found = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            root, _, module = node.module.partition(".")
            if root == "minicolumn":
                for alias in node.names:
                    below = f"{module}.{alias.name}" if module else alias.name
                    is_module = LIBRARY.joinpath(*below.split(".")).with_suffix(".py")
                    found.append(below if is_module.is_file() else module)
    return found


def functions(path):
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_arrows_point_down(path):
    module = module_of(path)
    if module == "__init__":
        return
    mine = layer_of(module)
    assert mine >= 0, f"{module} has no layer: give its package one in LAYERS"
    above = [other for other in imports(path) if layer_of(other) > mine]
    assert not above, f"{module} imports {above} from layers above its own"


def test_no_circle():
    graph = {module_of(path): set(imports(path)) for path in FILES}
    done, trail = set(), []

    def visit(module):
        assert module not in trail, f"a circle: {[*trail, module]}"
        if module in done or module not in graph:
            return
        trail.append(module)
        for other in graph[module]:
            visit(other)
        done.add(trail.pop())

    for module in graph:
        visit(module)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_files_are_short_and_functions_take_few_arguments(path):
    assert len(path.read_text().splitlines()) <= MOST_LINES
    for function in functions(path):
        arguments = function.args
        n = len(arguments.posonlyargs + arguments.args + arguments.kwonlyargs)
        is_method = arguments.args and arguments.args[0].arg in ("self", "cls")
        assert n - bool(is_method) <= MOST_ARGUMENTS, function.name


def test_functions_are_short():
    """Of what they do: docstrings are not counted."""
    lengths = []
    for path in FILES:
        for function in functions(path):
            body = function.body
            described = ast.get_docstring(function) is not None and len(body) > 1
            first = body[described]
            lengths.append(function.body[-1].end_lineno - first.lineno + 1)
    assert statistics.median(lengths) <= 8


def test_no_name_is_used_in_many_packages():
    packages = defaultdict(set)
    for path in FILES:
        if path.stem != "__init__":
            packages[path.stem].add(path.parent)
    crowded = {n for n, p in packages.items() if len(p) > MOST_PACKAGES_OF_A_NAME}
    assert not crowded


def test_tests_mirror_the_tree():
    root = Path(__file__).parent
    packages = {path.parent.relative_to(LIBRARY) for path in FILES}
    mirrored = {
        path.parent.relative_to(root)
        for path in root.rglob("test_*.py")
        if path.parent != root
    }
    assert mirrored - packages <= {Path("registry")}


WALKS = re.findall(r"^\d+\. (.*?): ", CONTRIBUTING.read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize("step", [one for one in WALKS if "`" in one])
def test_the_walks_in_contributing_name_what_exists(step):
    *paths, name = re.findall(r"`([^`]+)`", step)
    for path in (one for one in paths if one.endswith(".py")):
        code = (LIBRARY / path).read_text()
        names = re.findall(r"`([a-zA-Z_]+)`", step) or [name]
        assert any(re.search(rf"^(def|class) {one}\b", code, re.M) for one in names)
