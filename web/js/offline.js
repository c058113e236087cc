// Lets the page work without a network, where it is served from an address that allows it, and tells when a
// newer version waits.

let begin;
const begun = new Promise((resolve) => (begin = resolve));

/** Called when the first answer is shown: what is not needed before may be loaded from now on. */
export async function loadTheRest() {
  const first = begin;
  begin = undefined;
  // What cannot be loaded now is loaded when it is needed.
  if (first) await globalThis.rulesmithRest?.().catch(() => {});
  first?.();
}

/** Registers the service worker; `waiting` is called when a newer version of the page is ready. */
export async function register(waiting) {
  if (globalThis.rulesmithFiles || !navigator.serviceWorker || !globalThis.isSecureContext) return;
  await begun;
  const registration = await navigator.serviceWorker.register('./sw.js').catch(() => undefined);
  if (!registration) return;
  // The user has cleared the copy, or the browser has; a worker that stayed does not make it anew by itself.
  const kept = (await caches.keys()).some((name) => name.startsWith('rulesmith-'));
  if (!kept) registration.active?.postMessage('keep again');
  const look = (worker) => {
    if (!worker) return;
    const installed = () => {
      // The first version replaces nothing.
      if (worker.state === 'installed' && navigator.serviceWorker.controller) waiting();
    };
    worker.addEventListener('statechange', installed);
    installed();
  };
  look(registration.waiting);
  registration.addEventListener('updatefound', () => look(registration.installing));
}

/** Takes the version that waits and opens the page anew. */
export async function update() {
  const registration = await navigator.serviceWorker.getRegistration();
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
  registration?.waiting?.postMessage('take over');
}

/** The address of a file of the page; in the one-file page it is inside. */
export function address(name) {
  return globalThis.rulesmithFiles?.[name] ?? `./${name}`;
}
