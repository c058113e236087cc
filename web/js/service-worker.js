// Keeps one version of the page, whole, and answers from it: the page works without a network, and never
// from a mixture of versions. A new version waits until the user takes it.
const VERSION = 'VERSION';
const FILES = ['FILES'];
// Pictures of the guide are kept from the first time on that the guide is opened.
const PICTURES = ['PICTURES'];
const CACHE = `rulesmith-${VERSION}`;

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })));
}

async function keepPictures() {
  const cache = await caches.open(CACHE);
  const missing = [];
  for (const file of PICTURES) if (!(await cache.match(file))) missing.push(file);
  // Without a network the guide is its text.
  await cache.addAll(missing).catch(() => undefined);
}

self.addEventListener('install', (event) => event.waitUntil(fill()));

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
  if (event.data === 'keep again') event.waitUntil(fill());
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
  if (new URL(request.url).pathname.endsWith('/guide.html')) event.waitUntil(keepPictures());
});
