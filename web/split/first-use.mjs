// The first use of the built page: it is opened without a browser, its modules in their observed form; the bundled
// rules are shown, and the sample logs are run. Only a release has its parts and its picture from it; a quick build
// for looking at the page does without.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** The longest that the first use may take. */
const PATIENCE = 120_000;

/** The built page's folder. */
export const folder = process.env.TRUNK_STAGING_DIR;
const page = readdirSync(folder).find((name) => /^page-.*\.js$/.test(name));
const module = (script) => script.replace(/\.js$/, '_bg.wasm');
/** The scripts and modules of page and worker. */
export const names = { page: { script: page, module: module(page) }, worker: { script: 'worker.js', module: module('worker.js') } };

/**
 * What was seen: the numbers of the called functions, `page` and `worker`; `picture`, the page's elements when the
 * rules were there; `answer`, what the worker says to a first visit. `undefined` for a quick build, or when the page
 * cannot be opened this way.
 */
export const seen = process.env.TRUNK_PROFILE === 'release' ? await firstUse().catch(without) : undefined;

function firstUse() {
  return new Promise((resolve, reject) => {
    const page = new Worker(fileURLToPath(new URL('observed-page.mjs', import.meta.url)), { workerData: { folder, names } });
    const late = setTimeout(() => page.terminate().then(() => reject(new Error('the first use of the page did not come to an end'))), PATIENCE);
    page.once('error', reject);
    page.once('message', (seen) => {
      clearTimeout(late);
      page.terminate();
      resolve(seen);
    });
  });
}

/** A page that is whole works as well; the budget of the download tells that it is large. */
function without(error) {
  console.error(`The page stays whole: ${error.stack}`);
}
