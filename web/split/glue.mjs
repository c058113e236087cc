// Changes of the scripts that wasm-bindgen writes around a module.
import { readFileSync } from 'node:fs';
import { PART } from './split.mjs';

const IMPORTS = 'const imports = __wbg_get_imports();';
const LOADER = readFileSync(new URL('rest.js', import.meta.url), 'utf8').replace('PART', PART);

/** The script with more imports for its module; `more` is the text of an object with imports by module name. */
export function withImports(script, more) {
  if (!script.includes(IMPORTS)) throw new Error(`a script of wasm-bindgen has no "${IMPORTS}"`);
  return script.replaceAll(IMPORTS, `const imports = { ...__wbg_get_imports(), ...${more} };`);
}

/**
 * The script of a first part, which finds its rest at an address seen from the page. `rulesmithRest` gets the
 * rest in the background. `loaded` is the export that says that the rest is there.
 */
export function withRest(script, address, loaded) {
  const start = `const __rest = restOf('${address}', '${loaded}');\nglobalThis.rulesmithRest = __rest.prepare;\n`;
  return `${LOADER}${start}${withImports(script, `{ ${PART}: { load: () => __rest.load(wasm) } }`)}`;
}

/**
 * The script of a page's first part. A page that waits for an answer of its service worker was seen to wait
 * forever, perhaps because the browser starts that worker from the page's thread. So a page that has one, or for
 * which one is being installed that may claim it at any moment, loads both parts before it starts. On a first
 * visit there is none.
 */
export function withRestOfPage(script, address, loaded) {
  return `${withRest(script, address, loaded)}if (await navigator.serviceWorker?.getRegistration().catch(() => undefined)) await __rest.prepare();\n`;
}
