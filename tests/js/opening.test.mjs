import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const OPENING = new URL("../../frontend/studio/site/opening.js", import.meta.url);
const code = readFileSync(OPENING, "utf8");

const SETTINGS = {
  theme_hash: "abc",
  dependencies: [{ js: "(...v) => studio.submit('inpaint', v)" }, { js: null }],
  components: [
    { props: { html_template: "${value}", css_template: "", js_on_load: "mount(element)" } },
    { props: { label: "Prompt" } },
  ],
};

/** The page after its opening: the links it has, and the policy it made. */
function opened(settings = SETTINGS) {
  const links = [];
  const policies = {};
  const window = {
    gradio_config: settings,
    trustedTypes: { createPolicy: (name, policy) => (policies[name] = policy) },
  };
  const document = {
    createElement: (tag) => ({ tag, setAttribute(name, value) { this[name] = value; } }),
    head: { append: (link) => links.push(link) },
  };
  runInNewContext(code, { window, document, location: { origin: "https://a.example" }, TypeError });
  return { links, policy: policies.default };
}

/** A function's source as browsers put it together (ECMA-262, CreateDynamicFunction). */
const source = (body, parameters = "") => `function anonymous(${parameters}\n) {\n${body}\n}`;

const OURS = [
  `async ${source("return (\n(...v) => studio.submit('inpaint', v)\n);")}`,
  source("mount(element)", "element,trigger,props,server,upload,watch"),
  source('  return "${value}";\n', "container,depth0,helpers,partials,data"),
  source('  return "";\n', "container,depth0,helpers,partials,data"),
  source("return `${value}`;", "value,label,visible"),
  source("return ``;", "value,label,visible"),
];

for (const ours of OURS) {
  test(`the page runs what it came with: ${JSON.stringify(ours)}`, () => {
    const { policy } = opened();
    assert.equal(policy.createScript(ours), ours);
    // Chromium puts brackets around it.
    assert.equal(policy.createScript(`(${ours})`), `(${ours})`);
  });
}

const OTHERS = [
  "alert(1)",
  source("alert(1)"),
  source("mount(element); alert(1)"),
  source("mount(element)}) ; (function () { alert(1)"),
  source("mount(element)", "a = alert(1)"),
  `(${source("mount(element)")})(alert(1))`,
  source(""),
  "",
];

for (const other of OTHERS) {
  test(`the page runs nothing else: ${JSON.stringify(other)}`, () => {
    assert.throws(() => opened().policy.createScript(other), /no code but its own/);
  });
}

test("no address of a script can be set", () => {
  assert.equal(opened().policy.createScriptURL, undefined);
});

test("the theme has a link by the address that Gradio looks for, and it loads nothing", () => {
  const [link] = opened().links;
  assert.equal(link.href, "https://a.example/theme.css?v=abc");
  assert.equal(link.rel, "stylesheet");
  assert.equal(link.disabled, "");
});

test("a browser without Trusted Types opens the page as well", () => {
  const window = { gradio_config: SETTINGS };
  const document = { createElement: () => ({ setAttribute() {} }), head: { append() {} } };
  runInNewContext(code, { window, document, location: { origin: "https://a.example" } });
});
