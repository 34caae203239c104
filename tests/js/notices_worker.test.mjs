import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const WORKER = new URL("../../frontend/studio/site/public/notices.js", import.meta.url);
const code = readFileSync(WORKER, "utf8");

/** The worker in a browser with these tabs, and what came of everything that it did. */
function started(...addresses) {
  const world = { listeners: {}, asked: [], opened: [], closed: 0 };
  world.tabs = addresses.map((url) => {
    const tab = { url, messages: [], focused: false };
    tab.postMessage = (message) => tab.messages.push(structuredClone(message));
    tab.focus = async () => { tab.focused = true; };
    return tab;
  });
  const clients = {
    matchAll: async (which) => {
      world.asked.push({ ...which });
      return world.tabs;
    },
    openWindow: async (url) => world.opened.push(url),
  };
  const addEventListener = (name, heard) => { world.listeners[name] = heard; };
  runInNewContext(code, {
    self: { addEventListener, clients },
    location: { href: "https://a.example/notices.js" },
    URL,
  });
  world.click = async (tag) => {
    let done;
    world.listeners.notificationclick({
      notification: { tag, close: () => { world.closed += 1; } },
      waitUntil: (work) => { done = work; },
    });
    await done;
  };
  return world;
}

test("it hears clicks and nothing else: no request can pass through it", () => {
  assert.deepEqual(Object.keys(started().listeners), ["notificationclick"]);
});

test("a click has the studio's tab come forward and show the job, wherever in it one was", async () => {
  for (const address of ["https://a.example/", "https://a.example/?job=01x&k=2#there"]) {
    const world = started(address);
    await world.click("01a");
    const [tab] = world.tabs;
    assert.deepEqual(tab.messages, [{ job: "01a" }]);
    assert.ok(tab.focused);
    assert.deepEqual(world.opened, []);
    assert.equal(world.closed, 1);
    // A browser counts none as its own unless it is asked for all.
    assert.deepEqual(world.asked, [{ type: "window", includeUncontrolled: true }]);
  }
});

test("of several tabs, it is the one that was looked at last", async () => {
  const world = started("https://a.example/?q=fox", "https://a.example/");
  await world.click("01a");
  assert.deepEqual(world.tabs.map(({ focused }) => focused), [true, false]);
  assert.deepEqual(world.tabs.map(({ messages }) => messages.length), [1, 0]);
});

test("where no tab of the studio is open, one is opened at the job's address", async () => {
  const world = started("https://a.example/s/abc", "https://a.example/docs?next=https://a.example/");
  await world.click("01a&k=7");
  assert.deepEqual(world.opened, ["https://a.example/?job=01a%26k%3D7"]);
  assert.ok(world.tabs.every(({ focused, messages }) => !focused && messages.length === 0));
  assert.equal(world.closed, 1);
});
