import assert from "node:assert/strict";
import { test } from "node:test";

import { Api, newKey, TRIES } from "../../frontend/studio/ui/core/api.js";
import { Submissions } from "../../frontend/studio/ui/core/submissions.js";
import { scripted, WELCOME } from "./fakes.mjs";

const BROKEN = new TypeError("Failed to fetch");

function client(...answers) {
  const { fetch, asked } = scripted(...answers);
  const slept = [];
  let keys = 0;
  const api = new Api("/v1", {
    fetch,
    sleep: async (ms) => void slept.push(ms),
    newKey: () => `key-${++keys}`,
    now: () => Date.parse("2026-01-01T12:00:00Z"),
  });
  return { api, asked, slept };
}

const paths = (asked) => asked.map(({ method, url }) => `${method} ${url}`);

test("the page becomes a visitor before it asks for anything, and only once", async () => {
  const { api, asked } = client(WELCOME, { body: {} }, { body: {} });
  await Promise.all([api.get("/a"), api.get("/b")]);
  assert.deepEqual(paths(asked), ["POST /v1/visitors", "GET /v1/a", "GET /v1/b"]);
});

test("a cookie that has run out is asked for again and the request repeated", async () => {
  const { api, asked } = client(WELCOME, { status: 401 }, WELCOME, { body: { ok: 1 } });
  assert.deepEqual((await api.get("/a")).body, { ok: 1 });
  assert.deepEqual(paths(asked), [
    "POST /v1/visitors",
    "GET /v1/a",
    "POST /v1/visitors",
    "GET /v1/a",
  ]);
});

test("two requests refused at once ask for one cookie", async () => {
  const { api, asked } = client(
    WELCOME, { status: 401 }, { status: 401 }, WELCOME, { body: {} }, { body: {} },
  );
  await Promise.all([api.get("/a"), api.get("/b")]);
  assert.equal(asked.filter(({ url }) => url === "/v1/visitors").length, 2);
});

test("a request refused even with a new cookie is a problem, not a loop", async () => {
  const { api } = client(WELCOME, { status: 401 }, WELCOME, { status: 401 });
  await assert.rejects(api.get("/a"), { status: 401 });
});

test("becoming a visitor is tried again after it failed", async () => {
  const { api } = client(BROKEN, WELCOME, { body: { ok: 1 } });
  assert.deepEqual((await api.get("/a")).body, { ok: 1 });
});

test("a question whose answer was lost is asked once more", async () => {
  const { api, slept } = client(WELCOME, { status: 502 }, { body: { ok: 1 } });
  assert.deepEqual((await api.get("/a")).body, { ok: 1 });
  assert.equal(slept.length, 1);
});

test("a question whose answer is lost twice is a problem for whoever asked", async () => {
  const { api, asked } = client(WELCOME, BROKEN, BROKEN);
  await assert.rejects(api.get("/a"), { code: "unreachable" });
  assert.equal(asked.length, 3);
});

test("a server that is too busy to answer is not asked at once again", async () => {
  const { api, asked } = client(WELCOME, { status: 503 });
  await assert.rejects(api.get("/a"), { status: 503 });
  assert.equal(asked.length, 2);
});

test("every post carries a key, and the same one when it is sent again", async () => {
  const { api, asked, slept } = client(WELCOME, BROKEN, { status: 502 }, { status: 202, body: {} });
  await api.post("/jobs", { a: 1 });
  const keys = asked.slice(1).map(({ headers }) => headers["Idempotency-Key"]);
  assert.deepEqual(keys, ["key-1", "key-1", "key-1"]);
  assert.equal(slept.length, 2);
});

test("a post whose first copy is still being answered is asked about again", async () => {
  const body = { code: "submission_in_flight" };
  const busy = { status: 409, body, headers: { "retry-after": "1" } };
  const { api } = client(WELCOME, busy, { status: 200, body: { id: "x" } });
  assert.equal((await api.post("/jobs", {})).body.id, "x");
});

test("a refusal is not sent again", async () => {
  const { api, asked } = client(WELCOME, { status: 429, headers: { "retry-after": "60" } });
  await assert.rejects(api.post("/jobs", {}), { status: 429, retryAfter: 60 });
  assert.equal(asked.length, 2);
});

test("a server that asks for minutes of patience is not asked again by itself", async () => {
  const { api, slept } = client(WELCOME, { status: 504, headers: { "retry-after": "120" } });
  await assert.rejects(api.post("/jobs", {}), { status: 504 });
  assert.deepEqual(slept, []);
});

test("a post gives up after a few tries", async () => {
  const { api, asked } = client(WELCOME, ...Array(TRIES).fill(BROKEN));
  await assert.rejects(api.post("/jobs", {}), { code: "unreachable" });
  assert.equal(asked.length, 1 + TRIES);
});

test("an unchanged answer is a 304 without a body", async () => {
  const headers = { etag: '"e"', "retry-after": "2" };
  const { api, asked } = client(WELCOME, { status: 304, headers });
  const answer = await api.get("/jobs?ids=a", { etag: '"e"' });
  assert.deepEqual(answer, { status: 304, body: null, etag: '"e"', retryAfter: 2 });
  assert.equal(asked[1].headers["If-None-Match"], '"e"');
});

test("a page of HTML in place of an answer counts as no answer", async () => {
  const { api } = client(WELCOME, { body: "<html>Log in to the hotel's network</html>" });
  await assert.rejects(api.get("/jobs"), { code: "unreachable" });
});

test("now is what the server's clock says", async () => {
  const date = "Thu, 01 Jan 2026 13:00:00 GMT";
  const { api } = client({ ...WELCOME, headers: { date } }, { body: {}, headers: { date } });
  await api.get("/a");
  assert.equal(api.now(), Date.parse(date));
});

test("keys are long and never the same", () => {
  assert.match(newKey(), /^[0-9a-f]{32}$/);
  assert.notEqual(newKey(), newKey());
});

test("a form sent again after a lost answer is the same submission", async () => {
  const { api, asked } = client(
    WELCOME, ...Array(TRIES).fill(BROKEN), { status: 200, body: { id: "x" } },
    { status: 202, body: { id: "y" } },
  );
  const submissions = new Submissions(api);
  assert.equal((await submissions.send({ task: 1 })).id, "x");
  await submissions.send({ task: 1 });
  const keys = asked.slice(1).map(({ headers }) => headers["Idempotency-Key"]);
  assert.deepEqual(keys, [...Array(TRIES + 1).fill("key-1"), "key-2"]);
});

test("a form that was refused, or changed, is a new submission", async () => {
  const { api, asked } = client(
    WELCOME, { status: 422 }, { status: 202, body: {} }, { status: 202, body: {} },
  );
  const submissions = new Submissions(api);
  await assert.rejects(submissions.send({ task: 1 }), { status: 422 });
  await submissions.send({ task: 1 });
  await submissions.send({ task: 2 });
  const keys = asked.slice(1).map(({ headers }) => headers["Idempotency-Key"]);
  assert.deepEqual(keys, ["key-1", "key-2", "key-3"]);
});
