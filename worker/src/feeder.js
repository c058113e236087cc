// Reads a file for the worker that started this one, ahead of it: while rows are made of one chunk, the next
// are on their way. Each buffer that comes back is filled again; more than those are never in use.
let stream, reader, wake;
const free = [];
const buffer = async () => {
  while (!free.length) await new Promise((resolve) => { wake = resolve; });
  return free.pop();
};
const open = (file) => {
  // A stream that only a pending read refers to can be collected, and then never goes on.
  stream = file.stream();
  try {
    reader = stream.getReader({ mode: 'byob' });
    return (into) => reader.read(new Uint8Array(into), { min: into.byteLength >> 2 });
  } catch {
    reader = stream.getReader();
    return () => reader.read();
  }
};
const feed = async (file) => {
  try {
    const read = open(file);
    for (;;) {
      const { done, value } = await read(await buffer());
      if (value?.length) postMessage(value, [value.buffer]);
      if (done) return postMessage('end');
    }
  } catch {
    postMessage('broken');
  }
};
onmessage = ({ data }) => {
  if (data instanceof Blob) return void feed(data);
  free.push(data);
  wake?.();
};
