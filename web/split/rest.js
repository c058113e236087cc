// In front of the script that wasm-bindgen writes around a module that is in two parts: loads the rest, at
// once when a function of it is called, or in the background before that.
function restOf(address, loaded) {
  let rest;
  const bytes = () => {
    const request = new XMLHttpRequest();
    request.open('GET', address, false);
    const inWorker = typeof document === 'undefined';
    // A page may only wait for text. In this one, each letter is a byte.
    if (inWorker) request.responseType = 'arraybuffer';
    else request.overrideMimeType('text/plain; charset=x-user-defined');
    request.send();
    if (request.status !== 200) throw new Error(`${address} cannot be loaded`);
    if (inWorker) return request.response;
    // Asked for once: the browser may put the text together anew each time.
    const text = request.responseText;
    const all = new Uint8Array(text.length);
    for (let at = 0; at < all.length; at += 1) all[at] = text.charCodeAt(at) & 255;
    return all;
  };
  return {
    load(first) {
      new WebAssembly.Instance(rest ?? new WebAssembly.Module(bytes()), { PART: first });
      first[loaded].value = 1;
    },
    async prepare() {
      const answer = await fetch(address, { priority: 'low' });
      if (!answer.ok) throw new Error(`${address} cannot be loaded`);
      rest = await WebAssembly.compile(await answer.arrayBuffer());
    },
  };
}
