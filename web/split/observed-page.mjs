// A thread that plays the browser: opens the page, runs the sample, and says which functions were called, what was to
// be seen, and what the worker answers to a first visit.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker as Thread, parentPort, workerData } from 'node:worker_threads';
import 'fake-indexeddb/auto';
import { GlobalRegistrator } from '@happy-dom/global-registrator';
import { element } from '../first-answer.mjs';
import { withImports } from './glue.mjs';
import { OBSERVER, observed } from './observe.mjs';

const RULES = 5;
const { folder, names } = workerData;
const seen = new Set();
/** How long the worker seems not to be ready yet, in milliseconds: longer than the page looks for stored work. */
const UNREADY = 1000;
/** The request that every page begins with, as a first visit sends it. */
const OPEN = { number: 0, request: { type: 'open', journal: {} } };
let thread;
/** Hears the answer to `OPEN`. */
let hear;
/** Answers to what the page itself has asked. */
let replies = 0;

GlobalRegistrator.register({ url: 'http://127.0.0.1/', width: 1440, height: 1000 });
// The page asks whether it runs in a window.
globalThis.Window = class { static [Symbol.hasInstance] = (object) => object === globalThis; };
globalThis.Worker = class {
  constructor() {
    thread = new Thread(fileURLToPath(new URL('observed-worker.mjs', import.meta.url)), { workerData });
    thread.on('message', (data) => {
      if (data.seen) return;
      if (data.Reply?.number === OPEN.number) return hear(data);
      if (data.Reply) replies += 1;
      this.onmessage({ data });
    });
    thread.on('error', (error) => { throw error; });
  }

  postMessage(message) {
    thread.postMessage(message);
  }
};

async function until(what, holds) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not happen: ${document.body.textContent}`);
}

/** The worker's answer to a first visit, written into the page as the build will write it. */
async function firstAnswer() {
  await until('the start of the worker', () => globalThis.rulesmithWorker.isReady);
  const answer = await new Promise((resolve) => {
    hear = resolve;
    thread.postMessage(OPEN);
  });
  document.body.innerHTML = `<div id="picture"></div>${element(answer)}`;
  return answer;
}

/** The page as it stands: fields say what they hold; what only the program uses is left out. */
function picture() {
  document.querySelectorAll('input').forEach((field) => field.setAttribute('value', field.value));
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll('input[type=file], script').forEach((unseen) => unseen.remove());
  return copy.innerHTML.replace(/<!--.*?-->/gs, '');
}

/** Starts the page with a script that observes; the script stands beside those that it imports. */
async function start() {
  globalThis.rulesmithSeen = (index) => seen.add(index);
  const script = join(folder, 'observed-page.js');
  writeFileSync(script, withImports(readFileSync(join(folder, names.page.script), 'utf8'), `{ ${OBSERVER}: { seen: globalThis.rulesmithSeen } }`));
  const { default: init } = await import(pathToFileURL(script));
  rmSync(script);
  await init({ module_or_path: observed(readFileSync(join(folder, names.page.module))) });
}

await import(new URL('../../public/start.js', import.meta.url));
await import(new URL('../../public/picture.js', import.meta.url));
const answer = await firstAnswer();
// A page may begin before its worker is ready: it hears of it when it has something for it already.
const worker = Object.assign(globalThis.rulesmithWorker, { isReady: false });
await start();
await new Promise((resolve) => setTimeout(resolve, UNREADY));
worker.onmessage({ data: 'Ready' });
await until('the list of rules', () => document.querySelectorAll('.rule').length === RULES);
await until('the answer to the page', () => replies > 0);
await until('the end of the picture', () => !document.getElementById('picture'));
const first = picture();
[...document.querySelectorAll('button')].find((button) => button.textContent === 'Run the sample logs').click();
await until('the run of the rules', () => document.querySelectorAll('.badge.fires').length === RULES);
thread.on('message', (data) => data.seen && parentPort.postMessage({ page: seen, worker: data.seen, picture: first, answer }));
thread.postMessage('seen');
