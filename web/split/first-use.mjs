// Which functions of page and worker the first use calls. The built page is opened without a browser, its
// modules in their observed form; the bundled rules are shown, and the sample logs are run.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** The longest that the first use may take. */
const PATIENCE = 120_000;

/** Numbers of the called functions, `{ page, worker }`. `names` are the files: page and worker, script and module. */
export function firstUse(folder, names) {
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
