// A thread that plays the page's worker, with its module in the observed form.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { withImports } from './glue.mjs';
import { OBSERVER, observed } from './observe.mjs';

const { folder, names } = workerData;
const read = (name) => readFileSync(join(folder, name));
const seen = new Set();

// The worker looks now and then whether its answer is still wanted. Here it looks whenever it may, and it is.
let milliseconds = 0;
performance.now = () => (milliseconds += 100);
globalThis.XMLHttpRequest = class {
  open() {}
  send() {}
};
/** How often all is done once more, unheard. */
const AGAIN = 4;
const requests = [];
let answered = (message) => parentPort.postMessage(message);
globalThis.postMessage = (message) => answered(message);
parentPort.on('message', async (data) => {
  if (data === 'seen') {
    await again();
    return parentPort.postMessage({ seen });
  }
  requests.push(data);
  return globalThis.onmessage({ data });
});

/** Which entries of a map by chance look alike, and are compared, is another matter each time. */
async function again() {
  for (const request of Array.from({ length: AGAIN }, () => requests).flat()) {
    await new Promise((resolve) => {
      answered = (message) => message.Reply && resolve();
      globalThis.onmessage({ data: request });
    });
  }
}

const script = withImports(read(names.worker.script).toString(), `{ ${OBSERVER}: { seen } }`);
const start = new Function('seen', `${script}; return wasm_bindgen;`)((index) => seen.add(index));
await start({ module_or_path: observed(read(names.worker.module)) });
