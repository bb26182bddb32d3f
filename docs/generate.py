"""Pages of the documentation that are generated from the code: a hook of MkDocs.

`<!-- generated: name -->` in a page is replaced by the result of the function of that
name. The reference has one page per package, nested like the packages, which
mkdocstrings fills from docstrings. Tutorials can be had as notebooks, and the gallery
has the page of the stored example.
"""

import ast
import dataclasses
import doctest
import gzip
import html
import inspect
import math
import re
import typing
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat  # of Snakemake, which needs it, too
import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from nbformat import v4

from minicolumn.circuits.family import family
from minicolumn.config import Config
from minicolumn.config.base import Section
from minicolumn.files.store import Schema
from minicolumn.statistics.names import EXTRAS, STATISTICS
from minicolumn.yaml_files import commented

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "src" / "minicolumn"
ERRORS = LIBRARY / "errors.py"
EXAMPLE = ROOT / "docs" / "example" / "report.html.gz"
SHIM = "https://unpkg.com/iframe-worker/shim"  # what the plugin `offline` asks for
OWN_SHIM = "assets/iframe-worker-shim.js"
_METRICS = "surrogates/<training set>/<architecture>/metrics.json"
DOCUMENTS = {
    _METRICS: "surrogates.archive:Metrics",
    "recordings/<session>/address.json": "recordings.hdf5_files:Address",
    "surrogate_scores/<training set>.json": "surrogates.scoreboard:Scoreboard",
    "inference/posterior.json": "inference.circuits.checks:PosteriorChecks",
    "inference/mechanism_model.json": "inference.mechanism.learned:LearnedMechanism",
    "inference/mechanism.json": "inference.mechanism.sessions:MechanismAnswers",
    "domain/domain.json": "domain.measure:DomainSummary",
    "prediction/scores.json": "scoring.summary:Scores",
    "dose_response/dose_response.json": "scoring.dose_response:DoseResponses",
    "tuned/scores.json": "scoring.summary:Scores",
    "identifiability/identifiability.json": "identifiability.identified:Identified",
    "currents/currents.json": "curbd.summary:Currents",
    "perturbation/summary.json": "perturbation.over_circuits:PerturbationSummary",
    "validation/validation.json": "validation.findings:Findings",
    "families/families.json": "validation.families:Families",
    "rivals/rivals.json": "validation.rivals:Rivals",
}
_MARKER = re.compile(r"<!-- generated: (\w+) -->")
_CODE = re.compile(r"^```python\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
# Without this, as on GitHub, a page has the link before the marker.
_FILE = re.compile(r"(?:\[[^\]]+\]\([^)]+\) )?<!-- file: (\S+) -->")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the internals to the navigation: no list of packages is kept by hand."""
    pages: list[Any] = [page_of(package) for package in packages()]
    config.nav = [*(config.nav or []), {"Internals": pages}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that have no file of their own."""
    made = {"gallery/report.html": gzip.decompress(EXAMPLE.read_bytes()).decode()}
    for package in packages():
        made[page_of(package)] = reference(package)
    for page in sorted((ROOT / "docs" / "tutorials").glob("*.md")):
        made[f"tutorials/{page.stem}.ipynb"] = notebook(page.read_text())
    for path, content in made.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Fill the markers of a page."""
    markdown = _FILE.sub(lambda marker: included(marker[1]), markdown)
    return _MARKER.sub(lambda marker: globals()[marker[1]](), markdown)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Let search work in pages opened from a disk, without another server."""
    return output.replace(SHIM, "../" * page.url.count("/") + OWN_SHIM)


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """Do the same for the page that is shown for a missing address."""
    return output.replace(SHIM, OWN_SHIM)


def notebook(page: str) -> str:
    """Return a page as a notebook: its text, its examples and what they print."""
    cells: list[Any] = []
    for at, part in enumerate(_CODE.split(page)):
        if at % 2:
            cells += [_cell_of(group) for group in _printing(part)]
        elif part.strip():
            cells.append(v4.new_markdown_cell(part.strip()))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same page gives the same bytes
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    return nbformat.writes(made)


def _printing(code: str) -> Iterator[list[doctest.Example]]:
    """Yield examples together, up to and with the one that prints."""
    group: list[doctest.Example] = []
    for example in doctest.DocTestParser().get_examples(code):
        group.append(example)
        if example.want:
            yield group
            group = []
    if group:
        yield group


def _cell_of(group: list[doctest.Example]) -> Any:
    source = "".join(example.source for example in group).rstrip("\n")
    text = {"text/plain": group[-1].want.rstrip("\n")}
    shown = [v4.new_output("execute_result", data=text)] if group[-1].want else []
    return v4.new_code_cell(source, outputs=shown)


def included(name: str) -> str:
    """Return a file of this directory as a block of code."""
    return f'```python title="{name}"\n{(ROOT / "docs" / name).read_text()}```'


def packages() -> list[str]:
    """Return every package of the library by its dotted name, `minicolumn` first.

    All but that of the public functions, which have a page of their own.
    """
    found = (path.parent for path in LIBRARY.rglob("__init__.py"))
    named = {".".join(path.relative_to(LIBRARY.parent).parts) for path in found}
    return sorted(named - {"minicolumn.api"})


def public() -> str:
    """Return the functions that ``import minicolumn`` offers, and what they return."""
    import minicolumn

    functions = [getattr(minicolumn, name) for name in minicolumn.__all__]
    homes = [f"{one.__module__}.{one.__name__}" for one in functions]
    classes = ("minicolumn.api.opened.OpenedRun", "minicolumn.api.surrogate.Surrogate")
    own = [home for home in homes if home.startswith("minicolumn.api.")]
    return "\n".join(f"::: {name}\n" for name in (*own, *classes))


def page_of(package: str) -> str:
    """Return the path of a package's page in the reference."""
    return f"reference/{package.removeprefix('minicolumn.').replace('.', '/')}.md"


def reference(package: str) -> str:
    """Return the page of one package: every public module of it."""
    directory = LIBRARY.parent.joinpath(*package.split("."))
    modules = [path.stem for path in sorted(directory.glob("*.py"))]
    parts = [f"::: {package}.{name}\n" for name in modules if not name.startswith("__")]
    about = ast.get_docstring(ast.parse((directory / "__init__.py").read_text()))
    title = package.removeprefix("minicolumn.")
    return "\n".join([f"# {title}\n", f"{about}\n", *parts])


def parameters() -> str:
    """Return what is sampled for each circuit: range, unit, scale and source."""
    values = yaml.safe_load((ROOT / "config.yaml").read_text())
    prior = values["prior"]
    note = next(note for path, _, note in commented_keys() if path == "prior")
    rows = []
    for one in family(values["circuits"]["family"]).parameters:
        low, high, scale, source = prior[one.name].values()
        of = "" if one.unit == "1" else f" {one.unit}"
        found = f"{low} to {high}{of}"
        rows.append((f"`{one.name}`", one.meaning, found, scale, source))
    header = ("parameter", "meaning", "range", "scale", "source")
    return f"In `config.yaml`: {note}\n\n{table(header, rows)}"


def settings() -> str:
    """Return every other key of config.yaml with its value and comment."""
    rows: dict[str, list[tuple[str, str, str]]] = {}
    for path, value, comment in commented_keys():
        rows.setdefault(path.split(".")[0], []).append((f"`{path}`", value, comment))
    del rows["prior"]
    parts = []
    for section, keys in rows.items():
        model = Config.model_fields[section].annotation
        is_section = isinstance(model, type) and issubclass(model, Section)
        said = f"{model.__doc__}\n\n" if is_section else ""
        parts.append(f"### {section}\n\n{said}{table(('key', 'value', 'note'), keys)}")
    return "\n".join(parts)


def commented_keys() -> Iterator[tuple[str, str, str]]:
    """Yield dotted path, value and comment of every line of config.yaml with a key."""
    for path, value, note in commented((ROOT / "config.yaml").read_text()):
        yield path, f"`{value}`" if value else "", _escaped(note)


def statistics() -> str:
    """Return the statistics by their names in the code."""
    return table(
        ("name", "unit", "domain", "meaning"),
        [
            (f"`{s.name}`", s.unit, domain(*s.domain), s.description)
            for s in (*STATISTICS, *EXTRAS)
        ],
    )


def domain(low: float, high: float) -> str:
    """Return in words which values a statistic can have."""
    if math.isfinite(high):
        return f"{low:g} to {high:g}"
    return f"{low:g} or more" if math.isfinite(low) else "any"


def tables() -> str:
    """Return every column of every table of a run."""
    from minicolumn.files import tables

    every = vars(tables)
    schemas = [one for one in every.values() if isinstance(one, Schema)]
    return "\n".join(
        f"### {schema.name}\n\n"
        + table(
            ("column", "type", "unit", "meaning"),
            [(f"`{c.name}`", c.type, c.unit, c.description) for c in schema.columns],
        )
        for schema in sorted(schemas, key=lambda schema: schema.name)
    )


def documents() -> str:
    """Return every field of every JSON document, from the class that defines it."""
    parts: list[str] = []
    shown: dict[str, str] = {}
    for path, place in DOCUMENTS.items():
        parts.append(f"## `{path}`\n")
        if place in shown:
            parts.append(f"The same fields as in `{shown[place]}`.\n")
            continue
        shown[place] = path
        module, _, name = place.partition(":")
        kind = getattr(import_module(f"minicolumn.{module}"), name)
        parts += [fields_of(one) for one in _nested(kind)]
    return "\n".join(parts)


def fields_of(kind: type) -> str:
    """Return the fields of one class: name, type, and meaning from its docstring."""
    about = (inspect.getdoc(kind) or "").replace("``", "`")
    meaning = dict(attributes(about))
    rows = [
        (f"`{one.name}`", f"`{_type(one.type)}`", meaning.get(one.name, ""))
        for one in dataclasses.fields(kind)
    ]
    first = " ".join(about.partition("\n\n")[0].split())
    listed = table(("field", "type", "meaning"), rows)
    return f"### {kind.__name__}\n\n{first}\n\n{listed}"


def attributes(about: str) -> Iterator[tuple[str, str]]:
    """Yield the attributes of a NumPy docstring with what it says of each."""
    section = about.partition("Attributes\n----------\n")[2]
    for names, said in re.findall(r"^(\S.*)\n((?:    .*\n?)+)", section, re.MULTILINE):
        for name in names.split(", "):
            yield name, " ".join(said.split())


def _nested(kind: Any) -> list[type]:
    """Return a dataclass and those in its fields, each once, outermost first."""
    found: dict[type, None] = {}
    waiting = [kind]
    while waiting:
        one = waiting.pop(0)
        waiting += typing.get_args(one)
        if isinstance(one, type) and dataclasses.is_dataclass(one) and one not in found:
            found[one] = None
            waiting += typing.get_type_hints(one).values()
    return list(found)


def _type(annotation: Any) -> str:
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", inspect.formatannotation(annotation))


def failures() -> str:
    """Return every message with which the library rejects input, as one table."""
    found = {one for path in LIBRARY.rglob("*.py") for one in messages(path)}
    about = {kind: _first(said) for kind, said in kinds().items()}
    rows = [(text, f"`{kind}`: {about[kind]}") for kind, text in sorted(found)]
    listed = table(("message", "kind of error"), rows)
    return f'<div class="searchable" markdown>\n\n{listed}\n</div>\n'


def _first(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split())


def promises() -> str:
    """Return what is promised of files and runs, with the test that checks it.

    A test says it in a comment above it: ``# Promise: fault | when it is found | what
    to do``.
    """
    comment = r"^# Promise: ((?:.+\n)(?:#   .+\n)*)"
    test = r"(?:@pytest.*\n(?:[ )\]].*\n)*)*def (test_\w+)"
    rows = [
        (*" ".join(said.replace("#", "").split()).split(" | "), f"`{path.stem}.{name}`")
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for said, name in re.findall(comment + test, path.read_text(), re.MULTILINE)
    ]
    return table(("fault", "when it is found", "what to do", "test"), rows)


def messages(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the kind and the text of every error for users that a module raises."""
    in_config = path.parent.name == "config"
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        kind = node.func.id
        if kind == "ValueError" and in_config:
            kind = "ConfigError"
        if kind in kinds() and node.args and (text := _text(node.args[0])):
            yield kind, text


@cache
def kinds() -> dict[str, str]:
    """Return every kind of error that a user can correct, and what it means."""
    classes = [
        node
        for path in sorted(LIBRARY.rglob("*.py"), key=lambda path: path != ERRORS)
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    ]
    found = {"MinicolumnError": "The user can correct it."}
    for node in classes:
        if any(isinstance(b, ast.Name) and b.id in found for b in node.bases):
            found[node.name] = ast.get_docstring(node) or ""
    return found


def _text(node: ast.expr) -> str:
    """Return a string of the source with the name of each value in it."""
    match node:
        case ast.Constant(value=str(text)):
            return _escaped(text)
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) for part in parts)
        case ast.FormattedValue(value=value):
            return f"<var>{_escaped(_shown(value))}</var>"
        case _:
            return ""


def _shown(value: ast.expr) -> str:
    """Return a short name of a value; readers need no whole expression."""
    names = [n.attr for n in ast.walk(value) if isinstance(n, ast.Attribute)]
    names += [n.id for n in ast.walk(value) if isinstance(n, ast.Name)]
    return names[0] if names else "..."


def _escaped(text: str) -> str:
    return re.sub(r"([*_\[\]`])", r"\\\1", html.escape(text, quote=False))


def table(header: tuple[str, ...], rows: list[tuple]) -> str:
    """Return a Markdown table."""
    lines = [header, ("---",) * len(header), *rows]
    return "".join(f"| {' | '.join(_cell(c) for c in line)} |\n" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|")
