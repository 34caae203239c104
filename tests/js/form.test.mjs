import assert from "node:assert/strict";
import { test } from "node:test";

import { fieldOf, placed } from "../../frontend/studio/ui/forms/form.js";
import { Problem, unreachable } from "../../frontend/studio/ui/core/problem.js";

const has = (name) => ["prompt", "width", "model"].includes(name);
const problem = (facts) =>
  new Problem({ status: 422, code: "input_invalid", title: "", detail: "No.", ...facts });

test("pointers name fields", () => {
  const cases = {
    "/task/prompt": "prompt",
    "/task/picture/upload": "picture",
    "/model": "model",
    "/task/a~1b": "a/b",
    "/lane": null,
    "/task": null,
    "": null,
  };
  for (const [pointer, field] of Object.entries(cases)) assert.equal(fieldOf(pointer), field);
});

test("a problem with a field stands beside that field, and nowhere else", () => {
  const errors = [{ pointer: "/task/prompt", detail: "This is required." }];
  const { fields, form } = placed(problem({ errors }), has);
  assert.deepEqual([...fields], [["prompt", "This is required."]]);
  assert.equal(form, "");
});

test("two problems with one field are both told", () => {
  const errors = [
    { pointer: "/task/width", detail: "Too small." },
    { pointer: "/task/width", detail: "Off the grid." },
  ];
  assert.equal(placed(problem({ errors }), has).fields.get("width"), "Too small. Off the grid.");
});

test("a problem with something that is not on the form is told under it", () => {
  const errors = [{ pointer: "/lane", detail: "There is no such lane." }];
  const { fields, form } = placed(problem({ errors }), has);
  assert.equal(fields.size, 0);
  assert.equal(form, "/lane: There is no such lane.");
});

test("a limit says when to come back", () => {
  const limit = problem({ status: 429, detail: "Used up.", retryAfter: 140 });
  assert.equal(placed(limit, has).form, "Used up. Try again in 2 min 20 s.");
});

test("an outage and a lost connection say that trying again may help", () => {
  assert.match(placed(problem({ status: 503, detail: "Down." }), has).form, /^Down\. Try again/);
  assert.match(placed(unreachable(), has).form, /Nothing you typed is lost/);
});
