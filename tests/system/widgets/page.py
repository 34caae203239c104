"""A page of the tests' own that holds controls of a form, at the address of the running system.

So the API, storage, the scripts and the cookies are those of the real page, and so is its
Content-Security-Policy.
"""

import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

from playwright.async_api import Page

from frontend.studio.site.headers import Origins, content_policy
from tests.system.local_system import LocalSystem

_HTML = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="%(policy)s">
  <meta name="viewport" content="width=device-width">
  <title>A control</title>
  <link rel="stylesheet" href="/theme.css">
  <link rel="stylesheet" href="/ui/studio.css">
  <script type="application/json" id="asked">%(asked)s</script>
  <script type="module">%(script)s</script>
</head>
<body><main class="task-form"></main></body>
</html>
"""
# It keeps drafts and asks for tasks as a form of the studio does. What a test evaluates is let
# through; no text becomes HTML.
_SCRIPT = """
import { Api } from "/ui/core/api.js";

trustedTypes.createPolicy("default", { createScript: (code) => code });
document.documentElement.style.background = "var(--body-background-fill)";
document.body.style.cssText = "max-width: 384px; margin: 24px auto; padding: 0 16px";
document.body.style.font = "15px/1.5 system-ui";
document.querySelector("main").style.cssText = "display: grid; gap: 20px";
const { controls, kind, models } = JSON.parse(document.getElementById("asked").textContent);
const api = new Api("/v1");
const forms = { catalog: { data: models }, model: () => models[0] ?? null };
const changed = () => {
  test.changes += 1;
  localStorage.setItem("draft", JSON.stringify(test.draft()));
};
const test = {
  api,
  changes: 0,
  widgets: [],
  draft: () => Object.assign({}, ...test.widgets.map((widget) => widget.draft())),
  async task() {
    return Object.assign({ kind }, ...(await Promise.all(test.widgets.map((w) => w.task()))));
  },
  refusal: () => test.task().then(() => null, ({ message, errors }) => ({ message, errors })),
  restore: (task, urls = {}) => test.widgets.forEach((widget) => widget.restore(task, urls)),
  fit: (reasons) => test.widgets.forEach((widget) => widget.fit(reasons)),
};
for (const { module, name, ...options } of controls) {
  const root = document.createElement("div");
  document.querySelector("main").append(root);
  const { [name]: Widget } = await import(`/ui/${module}`);
  test.widgets.push(new Widget(root, { kind, api, forms, changed, ...options }));
}
test.restore(JSON.parse(localStorage.getItem("draft") ?? "{}"));
Object.assign(window, { test });
"""


async def show_widgets(
    page: Page,
    system: LocalSystem,
    kind: str,
    *controls: dict[str, Any],
    models: tuple[dict[str, Any], ...] = (),
) -> None:
    """Show these controls from top to bottom; scripts reach them as ``test``.

    A control is the ``module`` and ``name`` of its class, and its options. ``models`` is what the
    form knows of the catalogue; the first is the one that would run it. Called again, it is a
    reload: what was kept is shown.
    """
    origins = Origins(f"http://127.0.0.1:{system.port + 3}", system.aws_url)
    digest = b64encode(sha256(_SCRIPT.encode()).digest()).decode()
    policy = content_policy(origins, [f"sha256-{digest}"])
    # A page that no server sent is a stranger to this machine's other ports.
    await page.goto(f"{system.url}/healthz")
    await page.set_content(
        _HTML
        % {
            # A policy within a page cannot say who may frame it.
            "policy": policy.replace("frame-ancestors 'none'", ""),
            "asked": json.dumps({"kind": kind, "controls": controls, "models": models}),
            "script": _SCRIPT,
        }
    )
    # A style sheet that comes later moves what a test has just measured from under its pointer.
    await page.wait_for_function(
        "window.test && [...document.querySelectorAll('link')].every((link) => link.sheet)"
    )
