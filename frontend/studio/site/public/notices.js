/** The notices' service worker: who clicks on a notice is shown its job, in a tab of the studio.
 *
 * A page cannot hear the click on a phone, nor when it is closed, so this hears it. It hears nothing
 * else: no request passes through it, it keeps nothing, and it needs no other file.
 *
 * Browsers keep it longer than any version of the page. So its address is the same in all of them,
 * and so is what it knows of them: a notice's tag is the id of a job, `{job}` asks an open page to
 * show it, and `?job=` opens one that does.
 */

/**
 * @typedef {object} Tab A page of this site, in a tab or a window.
 * @property {string} url
 * @property {(message: {job: string}) => void} postMessage
 * @property {() => Promise<unknown>} focus
 *
 * @typedef {EventTarget & {clients: {
 *   matchAll: (which: {type: "window", includeUncontrolled: true}) => Promise<Tab[]>,
 *   openWindow: (url: string) => Promise<unknown>,
 * }}} NoticesWorker
 *
 * @typedef {Event & {notification: Notification, waitUntil: (done: Promise<void>) => void}} Click
 */

{
  const worker = /** @type {NoticesWorker} */ (/** @type {unknown} */ (self));
  const studio = new URL("./", location.href).href;

  worker.addEventListener("notificationclick", (event) => {
    const click = /** @type {Click} */ (event);
    click.notification.close();
    click.waitUntil(show(click.notification.tag));
  });

  /** @param {string} job */
  async function show(job) {
    // None of them is under its control. The one that was looked at last comes first.
    const tabs = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
    const tab = tabs.find(({ url }) => url.split(/[?#]/, 1)[0] === studio);
    if (tab) {
      tab.postMessage({ job });
      await tab.focus();
    } else {
      await worker.clients.openWindow(`${studio}?job=${encodeURIComponent(job)}`);
    }
  }
}
