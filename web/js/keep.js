// Keeps work in the browser: one workspace for each tab, in IndexedDB. A tab holds a lock on its workspace
// as long as it is open, so that two tabs never write over each other. Log files are kept only when the
// user wants it. Every function can fail (private windows, no room); the page then says that it keeps nothing.

const DATABASE = 'rulesmith';
const TAB = 'rulesmith.workspace';
// Where earlier versions of the page kept the only workspace there was.
const OLD = 'rulesmith.journal.1';
// End of the id of work that stopped the page; it stays, but is not opened again by itself.
const ASIDE = '-aside';

let database;

// When one tab clears everything, the work that other tabs show is gone too.
const channel = new BroadcastChannel(DATABASE);
channel.onmessage = ({ data }) => data === 'cleared' && location.reload();

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function connect() {
  database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('workspaces', { keyPath: 'id' });
      request.result.createObjectStore('files');
    };
    request.onsuccess = () => {
      // Another tab that clears everything must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return database;
}

async function store(name, mode) {
  return (await connect()).transaction(name, mode).objectStore(name);
}

/** Takes the lock of a workspace until the tab is closed; false when another tab has it. */
function take(id) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks.request(`${TAB}.${id}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise(() => {}) : undefined;
    });
  });
}

async function known() {
  const all = await done((await store('workspaces', 'readonly')).getAll());
  return all.filter(({ id }) => !id.endsWith(ASIDE)).sort((one, other) => other.saved - one.saved);
}

/**
 * The workspace of this tab: the one it had, or the last one that no other tab has, or a new one.
 * `elsewhere` tells that a later one is open in another tab.
 */
export async function open() {
  const all = await known();
  const own = sessionStorage.getItem(TAB);
  const candidates = [...all.filter(({ id }) => id === own), ...all.filter(({ id }) => id !== own)];
  let found;
  let elsewhere = false;
  for (const workspace of candidates) {
    if (await take(workspace.id)) {
      found = workspace;
      break;
    }
    elsewhere = true;
  }
  if (!found) {
    found = { id: crypto.randomUUID(), saved: 0, journal: '', keepsLogs: false };
    await take(found.id);
    if (all.length === 0) found.journal = localStorage.getItem(OLD) ?? '';
  }
  sessionStorage.setItem(TAB, found.id);
  const files = found.keepsLogs ? await keptFiles(found.id) : [];
  return { id: found.id, journal: found.journal, keepsLogs: found.keepsLogs, files, elsewhere };
}

/** Work that was put aside because it stopped the page, the last one first. */
export async function aside() {
  const all = await done((await store('workspaces', 'readonly')).getAll());
  const put = all.filter(({ id }) => id.endsWith(ASIDE)).sort((one, other) => other.saved - one.saved);
  return put.map(({ id, journal, saved }) => ({ id, journal, saved: new Date(saved).toISOString() }));
}

/** Forgets work that was put aside, once it is back or no longer wanted. */
export async function forget(id) {
  await done((await store('workspaces', 'readwrite')).delete(id));
}

function range(id) {
  return IDBKeyRange.bound([id], [id, []]);
}

async function keptFiles(id) {
  return done((await store('files', 'readonly')).getAll(range(id)));
}

/** Stores the journal of a workspace. */
export async function save(id, journal, keepsLogs, saved) {
  await done((await store('workspaces', 'readwrite')).put({ id, journal, keepsLogs, saved }));
  localStorage.removeItem(OLD);
}

/** Stores the user's log files, in place of those stored before. */
export async function saveFiles(id, files) {
  const files_ = await store('files', 'readwrite');
  await done(files_.delete(range(id)));
  for (const file of files) {
    await done((await store('files', 'readwrite')).put(file, [id, file.name]));
  }
}

/** Bytes that the browser holds for this page. */
export async function usage() {
  const { usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return usage;
}

/**
 * Removes everything that was ever kept: workspaces of all tabs, log files, settings; the offline copy of the
 * page too when the user wants that. Other tabs open anew.
 */
export async function clearAll(offline) {
  localStorage.clear();
  sessionStorage.clear();
  (await connect()).close();
  database = undefined;
  await done(indexedDB.deleteDatabase(DATABASE));
  if (offline) await clearCopy();
  // Last, so that no tab opens anew while something is still there.
  channel.postMessage('cleared');
}

/** Without its worker the page is fetched anew, and with it a new copy, when it is opened again. */
async function clearCopy() {
  const registration = await globalThis.navigator.serviceWorker?.getRegistration().catch(() => undefined);
  await registration?.unregister();
  if (!globalThis.caches) return;
  for (const name of await caches.keys()) {
    if (name.startsWith('rulesmith-')) await caches.delete(name);
  }
}
