import assert from "node:assert/strict";
import { test } from "node:test";

import { artifactOf, picturesIn } from "../../../frontend/studio/ui/pictures/incoming.js";
import { tilesOf } from "../../../frontend/studio/ui/pictures/strip.js";
import { moved, nearest } from "../../../frontend/studio/ui/core/reorder.js";
import { aJob, anArtifact } from "../fakes.mjs";

const JOB = "06g8b2m4q7n1x5r3t9w0v2y4z6";
const LINK = `https://cdn.example/artifacts/${JOB}/2/0.png?Signature=x`;

function carried(url, files = []) {
  return { files, getData: (type) => (type === "text/uri-list" ? url : "") };
}

test("a link to a picture of ours names it", () => {
  assert.equal(artifactOf(LINK), `${JOB}/2`);
  assert.equal(artifactOf(`http://127.0.0.1:7860/v1/jobs/${JOB}/artifacts/2`), null);
  assert.equal(artifactOf("https://elsewhere.example/cat.png"), null);
  assert.equal(artifactOf("no link"), null);
});

test("a picture of the page's own is not sent again, though a browser carries its file along", () => {
  const incoming = picturesIn(carried(`${LINK}\r\n`, ["file"]));
  assert.deepEqual(incoming, { files: [], artifact: `${JOB}/2` });
});

test("files are taken, links from elsewhere are not", () => {
  assert.deepEqual(picturesIn(carried("", ["a", "b"])), { files: ["a", "b"], artifact: null });
  assert.equal(picturesIn(carried("https://elsewhere.example/cat.png")), null);
  assert.equal(picturesIn(null), null);
});

test("the strip shows every picture of a job but its masks", () => {
  const job = aJob({ id: JOB, artifacts: [anArtifact(0), { ...anArtifact(1), role: "mask" }] });
  assert.deepEqual(tilesOf([job]), [
    { artifact: `${JOB}/0`, thumbnail: "https://cdn.example/0.webp", words: "A fox" },
  ]);
});

test("an item that is moved pushes the others aside", () => {
  assert.deepEqual(moved(["a", "b", "c", "d"], 0, 2), ["b", "c", "a", "d"]);
  assert.deepEqual(moved(["a", "b", "c", "d"], 3, 0), ["d", "a", "b", "c"]);
  assert.deepEqual(moved(["a"], 0, 0), ["a"]);
});

test("a drag goes to the item whose middle is nearest", () => {
  const boxes = [0, 100, 200].map((left) => ({ left, top: 0, width: 90, height: 90 }));
  assert.equal(nearest(boxes, { x: 96, y: 40 }), 1);
  assert.equal(nearest(boxes, { x: 500, y: 400 }), 2);
});
