"""Write what the examples of pages print into them: fill_examples.py PAGE..."""

import contextlib
import doctest
import io
import re
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

CODE = re.compile(r"(?<=^```python\n)>>> .*?(?=^```\n)", re.MULTILINE | re.DOTALL)


def filled(page: str) -> str:
    """Return a page whose examples were run in the checkout, one after the other."""
    names: dict[str, Any] = {}

    def printed(code: re.Match[str]) -> str:
        parts = []
        for example in doctest.DocTestParser().get_examples(code[0]):
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                exec(compile(example.source, "<page>", "single"), names)
            first, *others = example.source.splitlines()
            lines = [f">>> {first}", *(f"... {line}" for line in others)]
            parts += [f"{line}\n" for line in lines] + [
                re.sub(r" +$", "", said.getvalue(), flags=re.MULTILINE)
            ]
        return "".join(parts) + "\n"

    return CODE.sub(printed, page)


if __name__ == "__main__":
    mpl.use("Agg")
    for path in map(Path, sys.argv[1:]):
        path.write_text(filled(path.read_text()))
