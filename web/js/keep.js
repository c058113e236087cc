// Keeps work in the browser: one workspace for each tab, in IndexedDB. A tab holds a lock on its workspace
// as long as it is open, so that two tabs never write over each other. Log files are kept only when the
// user wants it. Every function can fail (private windows, no room); the page then says that it keeps nothing.

const DATABASE = 'rulesmith';
const TAB = 'rulesmith.workspace';
// Where earlier versions of the page kept the only workspace there was.
const OLD = 'rulesmith.journal.1';
// End of the id of work that stopped the page; it stays, but is not opened again by itself.
const ASIDE = '-aside';

// What is written but not yet taken into the work, of each workspace.
const DRAFTS = 'rulesmith.drafts.';
// Milliseconds that a tab waits for one that holds a workspace and says nothing.
const PATIENCE = 3000;

let database;
/** The workspace of this tab. */
let held;
/** After clearing nothing is written any more: what this tab still shows is gone. */
let cleared = false;

const channel = new BroadcastChannel(DATABASE);
channel.addEventListener('message', ({ data }) => {
  // When one tab clears everything, the work that other tabs show is gone too.
  if (data === 'cleared') {
    cleared = true;
    location.reload();
  }
  if (held && data.asked === held) channel.postMessage({ held });
});

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

/**
 * Changes a store in one transaction. It is committed at once, so that a reload right behind it cannot undo it,
 * and only its end says that there was room for it.
 */
async function write(name, change) {
  if (cleared) return undefined;
  const transaction = (await connect()).transaction(name, 'readwrite');
  const settled = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
  const commit = () => transaction.commit?.();
  if (!change(transaction.objectStore(name), commit)) commit();
  return settled;
}

/**
 * Takes the lock of a workspace until the tab is closed; false when another tab has it. The page that this one
 * takes the place of, after a reload, can hold it for a moment longer: it is waited for, unless a tab that is
 * open says that the lock is its own.
 */
function take(id) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const waiting = new AbortController();
    let decided = false;
    const decide = (taken) => {
      decided = true;
      clearTimeout(late);
      channel.removeEventListener('message', hear);
      resolve(taken);
    };
    // The browser may leave a request that is aborted while it is on its way without an answer.
    const giveUp = () => {
      decide(false);
      waiting.abort();
    };
    const hear = ({ data }) => data.held === id && giveUp();
    const late = setTimeout(giveUp, PATIENCE);
    const hold = () => {
      if (decided) return undefined;
      held = id;
      decide(true);
      // Others that wait for the same one need not wait longer.
      channel.postMessage({ held });
      return new Promise(() => {});
    };
    channel.addEventListener('message', hear);
    navigator.locks.request(`${TAB}.${id}`, { signal: waiting.signal }, hold).catch(() => decide(false));
    channel.postMessage({ asked: id });
  });
}

/** A new worker, with the name of the lock that it holds. */
export function start(address) {
  const name = `rulesmith.worker.${Math.random()}`;
  return Object.assign(new Worker(address, { name }), { lock: name });
}

/** Tells a worker's listener that it broke when its lock is free: it is there no longer, however it ended. */
export async function watch(worker) {
  // Without locks a worker that says nothing is ended by the user.
  if (!navigator.locks) return;
  const free = () => navigator.locks.request(worker.lock, () => {});
  // A worker that is ready has asked for its lock.
  if (!worker.isReady) await new Promise((resolve) => worker.addEventListener('message', resolve, { once: true }));
  try {
    await free();
    // The browser may have heard the page before the worker all the same.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await free();
    worker.dispatchEvent(new ErrorEvent('error'));
  } catch {
    // A page that may take no locks is as one that has none.
  }
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
  // A tab in which only drafts were written has no work that is known.
  const drafted = own && !all.some(({ id }) => id === own) && localStorage.getItem(DRAFTS + own);
  const mine = drafted ? [{ id: own, saved: 0, journal: '', keepsLogs: false }] : all.filter(({ id }) => id === own);
  const candidates = [...mine, ...all.filter(({ id }) => id !== own)];
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
  await write('workspaces', (workspaces) => void workspaces.delete(id));
}

function range(id) {
  return IDBKeyRange.bound([id], [id, []]);
}

async function keptFiles(id) {
  return done((await store('files', 'readonly')).getAll(range(id)));
}

/** Stores the journal of a workspace. */
export async function save(id, journal, keepsLogs, saved) {
  await write('workspaces', (workspaces) => void workspaces.put({ id, journal, keepsLogs, saved }));
  localStorage.removeItem(OLD);
}

/**
 * Stores the user's log files, in place of those stored before: all of them or, when it ends early, none.
 * Those that are there already are not written again.
 */
export async function saveFiles(id, files) {
  const same = (one) => ({ name, size, lastModified }) => name === one.name && size === one.size && lastModified === one.lastModified;
  await write('files', (stored, commit) => {
    const request = stored.getAll(range(id));
    request.onsuccess = () => {
      const known = request.result;
      for (const file of known) if (!files.some(same(file))) stored.delete([id, file.name]);
      for (const file of files) if (!known.some(same(file))) stored.put(file, [id, file.name]);
      commit();
    };
    return 'commits itself';
  });
}

/** What was written in this workspace and not yet taken into the work, as `saveDrafts` was given it. */
export function drafts(id) {
  return localStorage.getItem(DRAFTS + id) ?? '';
}

/** Notes what is being written. Nothing is waited for, so that it can be done while the page is left. */
export function saveDrafts(id, text) {
  if (cleared) return;
  if (text) localStorage.setItem(DRAFTS + id, text);
  else localStorage.removeItem(DRAFTS + id);
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
  cleared = true;
  localStorage.clear();
  sessionStorage.clear();
  // What could not be opened is deleted all the same.
  await connect().then((open) => open.close(), () => {});
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
