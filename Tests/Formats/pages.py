"""Opens pages as their readers do: pages.py FOLDER PICTURES.

Each page is looked at on a wide and on a narrow screen, light and dark, and examined by axe-core. With PICTURES, what was seen is
kept there.
"""

import os
import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
# What readers are promised, beside what a standard asks for.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

faults: list[str] = []


def fault(path: Path, what: str) -> None:
    faults.append(f"{path.name}: {what}")


def opened(browser: Browser, path: Path, fragment: str = "", **options) -> Page:
    page = browser.new_context(**options).new_page()
    page.on("request", lambda request: request.url.startswith("file:") or fault(path, f"asks for {request.url}"))
    page.on("console", lambda message: fault(path, f"the console says: {message.text}"))
    page.on("pageerror", lambda error: fault(path, f"the script fails: {error}"))
    page.goto(path.resolve().as_uri() + fragment)
    return page


def examine(browser: Browser, path: Path, pictures: Path | None) -> None:
    for width in WIDTHS:
        for scheme in SCHEMES:
            size = {"width": width, "height": 900}
            page = opened(browser, path, viewport=size, color_scheme=scheme)
            if pictures:
                page.screenshot(path=pictures / f"{path.stem}-{width}-{scheme}.png", full_page=True)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                fault(path, f"is wider than {width} pixels")
            # What is folded has to be right as well.
            page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                fault(path, f"is wider than {width} pixels when all is open")
            judge(page, path, f"{width} {scheme}")
            if (width, scheme) == (WIDTHS[0], "dark"):
                page.emulate_media(media="print")
                judge(page, path, "on paper")
            page.context.close()


def judge(page: Page, path: Path, where: str) -> None:
    for found in Axe().run(page, options=RULES).response["violations"]:
        for node in found["nodes"]:
            fault(path, f"{where}: {found['id']}: {found['help']}: {node['html'][:160]}")


def follow(browser: Browser, path: Path, has_script: bool) -> None:
    """An address that names something folded opens it, with a script and without one."""
    page = opened(browser, path, java_script_enabled=has_script)
    anchors = [element.get_attribute("id") for element in page.query_selector_all("details [id]")]
    page.context.close()
    for anchor in anchors:
        page = opened(browser, path, f"#{anchor}", java_script_enabled=has_script)
        if not page.locator(f"[id='{anchor}']").is_visible():
            fault(path, f"#{anchor} stays closed {'with' if has_script else 'without'} its script")
        page.context.close()


def main(folder: Path, pictures: Path | None) -> None:
    with sync_playwright() as player:
        # Chromium has no sandbox for root, in a container for example; the pages are our own.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        pages = sorted(folder.glob("*.html"))
        for path in pages:
            examine(browser, path, pictures)
        for path in pages[:3]:
            follow(browser, path, has_script=True)
            follow(browser, path, has_script=False)
        browser.close()
    if faults or not pages:
        sys.exit("\n".join(faults) or "no pages")


main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
