/** The opening: what the page does before any of Gradio's scripts. It is written into the page. */

{
  const TRIES = 3;
  const FIRST_MS = 250;
  const MINUTE_MS = 60_000;

  /** @type {any} */
  const { gradio_config: settings, trustedTypes } = window;

  // A file that does not come, because a replica has just gone or the connection is bad, leaves
  // half a page. Another try may bring all of it. Who has begun to work is not interrupted.
  const again = () => {
    if (navigator.userActivation?.hasBeenActive ?? true) return;
    const [tries, at] = (sessionStorage.getItem("again") ?? "0 0").split(" ").map(Number);
    const count = Date.now() - at < MINUTE_MS ? tries + 1 : 1;
    if (count > TRIES) return;
    sessionStorage.setItem("again", `${count} ${Date.now()}`);
    setTimeout(() => location.reload(), FIRST_MS * 2 ** count);
  };
  window.addEventListener("vite:preloadError", again);
  window.addEventListener(
    "error",
    ({ target }) => {
      if (target instanceof HTMLScriptElement || target instanceof HTMLLinkElement) again();
    },
    true, // What fails to load tells only those who listen on the way down.
  );

  // Gradio's theme is in the page's stylesheet already. Gradio loads it again unless it finds a
  // link with its full address; this one is switched off, and so loads nothing.
  const theme = document.createElement("link");
  theme.rel = "stylesheet";
  theme.setAttribute("disabled", "");
  theme.href = `${location.origin}/theme.css?v=${settings.theme_hash}`;
  document.head.append(theme);

  // Gradio turns strings into functions: the page's listeners, and the templates of what it draws
  // as HTML. Where the browser asks before it does so, these are the ones that may be.
  /** @type {Set<string>} */
  const bodies = new Set();
  for (const { js } of settings.dependencies) if (js) bodies.add(`return (\n${js}\n);`);
  for (const { props } of settings.components) {
    if (props.js_on_load) bodies.add(props.js_on_load.trim());
    for (const template of [props.html_template, props.css_template]) {
      if (typeof template !== "string") continue;
      bodies.add(`return ${JSON.stringify(template)};`); // as Handlebars has it
      bodies.add(`return \`${template}\`;`); // and then Gradio
    }
  }
  const written = /^\(?(?:async )?function(?: anonymous)?\s*\([\w$,\s]*\)\s*\{([^]*)\}\)?$/;
  trustedTypes?.createPolicy("default", {
    // What HTML brings along cannot run: the page's policy allows no script within it.
    createHTML: (/** @type {string} */ html) => html,
    createScript: (/** @type {string} */ code) => {
      const body = (written.exec(code.trim())?.[1] ?? code).trim();
      if (bodies.has(body)) return code;
      throw new TypeError(`This page runs no code but its own: ${code.slice(0, 200)}`);
    },
    // The one address that a script of the page hands to the browser: that of its service worker.
    createScriptURL: (/** @type {string} */ url) => {
      if (url === "/notices.js") return url;
      throw new TypeError(`This page loads no script from an address: ${url.slice(0, 200)}`);
    },
  });
}
