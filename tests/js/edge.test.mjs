// What runs in CloudFront: it tells the frontend who asks, and lets pages read pictures.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

/** The handler of a CloudFront function, which is a script and not a module. */
function handler(name) {
  const file = new URL(`../../infra/edge/${name}`, import.meta.url);
  const context = vm.createContext({});
  vm.runInContext(readFileSync(file, "utf8"), context);
  return context.handler;
}

const request = (headers) => ({
  viewer: { ip: "2001:db8::7" },
  request: { method: "POST", uri: "/v1/jobs", headers },
});

test("the frontend is told the viewer's address and the site's name", () => {
  const sent = handler("viewer_request.js")(request({ host: { value: "d1.cloudfront.net" } }));
  assert.equal(sent.headers["x-viewer-address"].value, "2001:db8::7");
  assert.equal(sent.headers["x-viewer-host"].value, "d1.cloudfront.net");
  assert.equal(sent.uri, "/v1/jobs");
});

test("what a client writes into those headers itself is replaced", () => {
  const sent = handler("viewer_request.js")(
    request({
      host: { value: "d1.cloudfront.net" },
      "x-viewer-address": { value: "127.0.0.1" },
      "x-viewer-host": { value: "evil.example" },
    }),
  );
  assert.equal(sent.headers["x-viewer-address"].value, "2001:db8::7");
  assert.equal(sent.headers["x-viewer-host"].value, "d1.cloudfront.net");
});

test("every picture may be read by pages, also when the request is not said to come from one", () => {
  const answer = handler("picture_response.js")({
    request: { headers: {} },
    response: { statusCode: 200, headers: { etag: { value: '"x"' } } },
  });
  assert.equal(answer.headers["access-control-allow-origin"].value, "*");
  assert.match(answer.headers["access-control-expose-headers"].value, /Content-Range/);
  assert.equal(answer.headers.etag.value, '"x"');
});
