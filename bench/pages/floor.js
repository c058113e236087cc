// Reads a file and counts its lines in WebAssembly, or gives each line to JSON.parse.
const BYTES = 4 << 20;
let lines;

const ready = WebAssembly.instantiateStreaming(fetch('/data/lines.wasm')).then(({ instance }) => {
  lines = instance.exports;
  postMessage('ready');
});

async function* chunks(file) {
  const stream = file.stream();
  const reader = stream.getReader({ mode: 'byob' });
  // A stream that only a pending read refers to can be collected, and then never goes on.
  globalThis.reading = [stream, reader];
  let buffer = new ArrayBuffer(BYTES);
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done) return;
    yield value;
    buffer = value.buffer;
  }
}

async function count(file) {
  const memory = new Uint8Array(lines.memory.buffer, lines.buffer(), BYTES);
  let found = 0;
  for await (const chunk of chunks(file)) {
    memory.set(chunk);
    found += lines.count(chunk.length);
  }
  return found;
}

async function parse(file) {
  const decoder = new TextDecoder();
  let rest = '';
  let found = 0;
  for await (const chunk of chunks(file)) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = pieces.pop();
    for (const piece of pieces) found += typeof JSON.parse(piece) === 'object' ? 1 : 0;
  }
  return found + (rest ? 1 : 0);
}

onmessage = async ({ data: { what, file } }) => {
  await ready;
  const start = performance.now();
  const found = await { count, parse }[what](file);
  postMessage({ ms: performance.now() - start, found });
};
