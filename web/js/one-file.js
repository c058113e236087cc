// Starts the page that carries all its files inside it: each is unpacked and gets an address of its own.
(async () => {
  const page = 'PAGE';
  const packed = new Map();
  for (const element of document.querySelectorAll('script[data-file]')) {
    packed.set(element.dataset.file, element.textContent);
    element.remove();
  }
  const unpack = async (name) => {
    const bytes = Uint8Array.from(atob(packed.get(name)), (char) => char.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
  };
  const text = async (name) => new TextDecoder().decode(await unpack(name));
  const address = (content, type = 'text/javascript') => URL.createObjectURL(new Blob([content], { type }));

  // The worker unpacks its own code: a worker of a page from disk can load nothing.
  const worker = `${await text('worker.js')}
    navigator.locks?.request(name, () => new Promise(() => {})).catch(() => {});
    (async () => {
      const bytes = Uint8Array.from(atob('${packed.get('worker_bg.wasm')}'), (char) => char.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
      await wasm_bindgen({ module_or_path: await new Response(stream).arrayBuffer() });
    })().catch((error) => postMessage({ Crashed: { text: 'its program did not start (' + error.message + ')' } }));`;
  const modules = new Map();
  for (const name of packed.keys()) {
    if (name.endsWith('.js') && name !== page && name !== 'worker.js' && name !== 'sw.js') modules.set(name, address(await text(name)));
  }
  globalThis.rulesmithFiles = {
    'worker-loader.js': address(worker),
    'guide.html': address(await text('guide.html'), 'text/html'),
    ...Object.fromEntries(modules),
  };

  let code = await text(page);
  for (const [name, where] of modules) {
    for (const quote of [`'`, `"`]) code = code.replaceAll(`from ${quote}./${name}${quote}`, `from '${where}'`);
  }
  const { default: init } = await import(address(code));
  await init({ module_or_path: await unpack(page.replace(/\.js$/, '_bg.wasm')) });
})();
