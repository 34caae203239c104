"""axe: what of a page breaks WCAG 2.1, A and AA, as the axe-core engine finds it in the browser."""

from typing import Any

from playwright.async_api import Page

from tests.processes import ROOT

_ENGINE = ROOT / "node_modules/axe-core/axe.min.js"
_RUN = """
async () => (await axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
  resultTypes: ["violations"],
})).violations
"""


async def violations(page: Page) -> list[str]:
    """Each rule that the page breaks, with where: empty if it breaks none."""
    # Evaluated, and not added as a script, which the page's own policy would refuse.
    await page.evaluate(_ENGINE.read_text())
    found: list[dict[str, Any]] = await page.evaluate(_RUN)
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:300]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
