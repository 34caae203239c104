import assert from "node:assert/strict";
import { test } from "node:test";

import { post, refusal } from "../../../frontend/studio/ui/pictures/storage.js";
import { ManualTimers, scriptedRequests, settled } from "../fakes.mjs";

const FORM = { url: "https://bucket.example/", fields: { key: "uploads/ada/1", policy: "p" } };
const FILE = new Blob(["picture"], { type: "image/png" });

function sending(watch) {
  const { request, requests } = scriptedRequests();
  const timers = new ManualTimers();
  const world = { request, setTimer: timers.set, clearTimer: timers.clear };
  const promise = post(FORM, FILE, watch, world);
  return { promise, request: requests[0], timers };
}

test("the fields of the form go first, and the file last", async () => {
  const { promise, request } = sending();
  assert.equal(request.method, "POST");
  assert.equal(request.url, FORM.url);
  assert.deepEqual([...request.body.keys()], ["key", "policy", "file"]);
  request.answer(204);
  await promise;
});

test("how much was sent is told as it goes", async () => {
  const told = [];
  const { promise, request } = sending({ progress: (ratio) => told.push(ratio) });
  request.progress(1, 4);
  request.progress(4, 4);
  request.answer(204);
  await promise;
  assert.deepEqual(told, [0.25, 1]);
});

test("storage that cannot be reached is a problem without an answer", async () => {
  const { promise, request } = sending();
  request.fail();
  await assert.rejects(promise, { code: "storage_unreachable", status: 0 });
});

test("storage that falls silent is given up, but not while something moves", async () => {
  const { promise, request, timers } = sending();
  const [first] = timers.pending.keys();
  request.progress(1, 4);
  const [second, ...others] = timers.pending.keys();
  assert.notEqual(second, first);
  assert.deepEqual(others, []);
  const given = assert.rejects(promise, { code: "storage_unreachable" });
  await timers.fire();
  await given;
  assert.equal(request.aborted, true);
});

test("an answer ends the watch over silence", async () => {
  const { promise, request, timers } = sending();
  request.answer(204);
  await promise;
  assert.equal(timers.pending.size, 0);
});

test("what is aborted ends in silence", async () => {
  const going = new AbortController();
  const { promise, request, timers } = sending({ signal: going.signal });
  let ended = false;
  void promise.finally(() => (ended = true));
  going.abort();
  await settled();
  assert.equal(request.aborted, true);
  assert.equal(timers.pending.size, 0);
  assert.equal(ended, false);
});

test("a refusal of storage is told by its cause", () => {
  const xml = (code, message = "") => `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const cases = [
    [403, xml("AccessDenied", "Invalid according to Policy: Policy expired."), "form_expired", 403],
    [400, xml("ExpiredToken", "The provided token has expired."), "form_expired", 400],
    [400, xml("EntityTooLarge"), "too_large", 400],
    [503, xml("SlowDown"), "storage_busy", 503],
    [400, xml("RequestTimeout"), "storage_busy", 503],
    [500, "<html>", "storage_busy", 500],
    [403, xml("AccessDenied"), "storage_refused", 403],
    [403, "", "storage_refused", 403],
  ];
  for (const [status, answer, code, told] of cases) {
    const problem = refusal(status, answer);
    assert.equal(problem.code, code, answer);
    assert.equal(problem.status, told, answer);
  }
  assert.match(refusal(403, xml("AccessDenied")).message, /AccessDenied/);
});
