"""Take a picture of the top of a report, for README: screenshot.py REPORT PICTURE."""

import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

SIZE = {"width": 1100, "height": 1320}
COLORS = 128  # keeps the picture small in the repository


def main(report: Path, picture: Path) -> None:
    """Open the page in Debian's Chromium and save a screenshot."""
    path = shutil.which("chromium")
    if path is None:
        sys.exit("Chromium is missing: install it with `make browser`")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        page = browser.new_page(viewport=SIZE)
        page.goto(report.resolve().as_uri())
        page.wait_for_selector(".vega-embed svg")
        page.screenshot(path=picture)
        browser.close()
    with Image.open(picture) as image:
        small = image.convert("RGB").quantize(COLORS)
    small.save(picture, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
