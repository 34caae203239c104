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

class Link {
  setAttribute(name, value) {
    this[name] = value;
  }
}

/** The page after its opening: the links it has, the policy it made, and what it does later. */
function opened({ worked = false, kept = new Map(), now = 1_000_000, trusted = true } = {}) {
  const page = { links: [], reloads: [], kept };
  const listeners = {};
  const trustedTypes = { createPolicy: (_, policy) => (page.policy = policy) };
  runInNewContext(code, {
    window: {
      gradio_config: SETTINGS,
      ...(trusted ? { trustedTypes } : {}),
      addEventListener: (name, heard) => (listeners[name] = heard),
    },
    document: {
      createElement: () => new Link(),
      head: { append: (link) => page.links.push(link) },
    },
    location: { origin: "https://a.example", reload: () => page.reloads.push("now") },
    navigator: { userActivation: { hasBeenActive: worked } },
    sessionStorage: { getItem: (n) => kept.get(n) ?? null, setItem: (n, v) => kept.set(n, v) },
    setTimeout: (run, ms) => page.reloads.push(ms),
    Date: { now: () => now },
    HTMLScriptElement: class {},
    HTMLLinkElement: Link,
  });
  page.fails = (target = new Link()) => listeners.error({ target });
  page.losesAChunk = () => listeners["vite:preloadError"]();
  return page;
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

test("no script is loaded by its address but the service worker of the notices", () => {
  const { createScriptURL } = opened().policy;
  assert.equal(createScriptURL("/notices.js"), "/notices.js");
  for (const other of ["https://b.example/notices.js", "/ui/v/studio.js", "/notices.js?x", ""]) {
    assert.throws(() => createScriptURL(other), /no script from an address/);
  }
});

test("the theme has a link by the address that Gradio looks for, and it loads nothing", () => {
  const [link] = opened().links;
  assert.equal(link.href, "https://a.example/theme.css?v=abc");
  assert.equal(link.rel, "stylesheet");
  assert.equal(link.disabled, "");
});

test("a browser without Trusted Types opens the page as well", () => {
  assert.equal(opened({ trusted: false }).links.length, 1);
});

test("a file that does not come is asked for again, and with it the whole page", () => {
  const page = opened();
  page.fails();
  assert.deepEqual(page.reloads, [500]);
});

test("a part of Gradio that does not come is as bad", () => {
  const page = opened();
  page.losesAChunk();
  assert.deepEqual(page.reloads, [500]);
});

test("a script error or a picture that does not come is no reason", () => {
  const page = opened();
  page.fails({});
  page.fails(null);
  assert.deepEqual(page.reloads, []);
});

test("who has begun to work is not interrupted", () => {
  const page = opened({ worked: true });
  page.fails();
  assert.deepEqual(page.reloads, []);
});

test("after three tries, ever slower, it stays as it is; a minute later it may try again", () => {
  const kept = new Map();
  const waits = Array.from({ length: 5 }, () => {
    const page = opened({ kept });
    page.fails();
    return page.reloads[0];
  });
  assert.deepEqual(waits, [500, 1000, 2000, undefined, undefined]);
  const later = opened({ kept, now: 1_061_000 });
  later.fails();
  assert.deepEqual(later.reloads, [500]);
});
