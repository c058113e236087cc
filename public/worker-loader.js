// Starts the worker's WebAssembly module, which is asked for before the script around it.
// Held as long as the worker lives, so that the page hears when the browser ends it without a word.
navigator.locks?.request(name, () => new Promise(() => {})).catch(() => {});
const module = fetch('worker_bg.wasm');
importScripts('worker.js');
wasm_bindgen({ module_or_path: module }).then(() => {
  // What the first use does not need, in the background; it is loaded at once when it is needed earlier.
  setTimeout(() => globalThis.rulesmithRest?.().catch(() => {}), 1000);
}, (error) => postMessage({ Crashed: { text: `its program did not start (${error.message})` } }));
