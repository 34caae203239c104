import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  Problem, problemOf, retryAfter, sentence, unreachable,
} from "../../frontend/studio/ui/core/problem.js";
import { speak } from "../../frontend/studio/ui/core/words.js";

afterEach(() => speak("en"));

const none = new Headers();

test("a problem document is read with its fields and its Retry-After", () => {
  const body = {
    code: "input_invalid",
    title: "Unprocessable Entity",
    detail: "no",
    errors: [{ pointer: "/task/prompt", detail: "This is required." }],
  };
  const problem = problemOf(422, new Headers({ "Retry-After": "7" }), JSON.stringify(body));
  assert.equal(problem.status, 422);
  assert.equal(problem.code, "input_invalid");
  assert.equal(problem.message, "no");
  assert.deepEqual(problem.errors, body.errors);
  assert.equal(problem.retryAfter, 7);
  assert.ok(problem.answered);
});

for (const text of ["", "<html>Bad gateway</html>", "null", "[]", '"x"', '{"errors": {}}']) {
  test(`an answer that is no problem document becomes one all the same: ${text}`, () => {
    const problem = problemOf(502, none, text);
    assert.equal(problem.code, "http_502");
    assert.equal(problem.detail, "The server answered 502.");
    assert.deepEqual(problem.errors, []);
  });
}

test("a Retry-After may be a date", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  assert.equal(retryAfter("Thu, 01 Jan 2026 00:00:10 GMT", now), 10);
  assert.equal(retryAfter("Thu, 01 Jan 2026 00:00:00 GMT", now + 5000), 0);
  assert.equal(retryAfter("soon", now), null);
  assert.equal(retryAfter(null, now), null);
});

test("a broken connection is a problem without an answer", () => {
  assert.equal(unreachable().answered, false);
});

test("what the server says is in the reader's language, of fields and of the whole", async () => {
  await speak("de", async () => ({
    said: { "The server could not be reached.": "Der Server war nicht zu erreichen." },
    heard: { "This is required.": "Bitte ausfüllen.", "At most {n}.": "Höchstens {n}." },
  }));
  const body = { detail: "At most 5.", errors: [{ pointer: "/task/prompt", detail: "This is required." }] };
  const problem = problemOf(422, none, JSON.stringify(body));
  assert.equal(problem.message, "Höchstens 5.");
  assert.equal(problem.errors[0].detail, "Bitte ausfüllen.");
  assert.equal(unreachable().message, "Der Server war nicht zu erreichen.");
});

test("a problem that has a title alone says that", () => {
  const problem = new Problem({ status: 404, code: "x", title: "It could not be read.", detail: "" });
  assert.equal(sentence(problem), "It could not be read.");
});
