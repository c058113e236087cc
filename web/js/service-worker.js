// Keeps one version of the page, whole, and answers from it: the page works without a network, and never
// from a mixture of versions. A new version waits until the user takes it.
const VERSION = 'VERSION';
const FILES = ['FILES'];
const CACHE = `rulesmith-${VERSION}`;

self.addEventListener('install', (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: 'no-cache' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

self.addEventListener('activate', (event) => {
  const clean = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith('rulesmith-') && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  const answer = async () => {
    const cache = await caches.open(CACHE);
    const known = await cache.match(request.mode === 'navigate' && !/\.html$/.test(new URL(request.url).pathname) ? './' : request, { ignoreSearch: true });
    return known ?? fetch(request);
  };
  event.respondWith(answer());
});
