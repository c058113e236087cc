// Starts the worker while the page itself is still on its way.
{
  const name = `rulesmith.worker.${Math.random()}`;
  const worker = Object.assign(new Worker('./worker-loader.js', { name }), { lock: name });
  // Before the page listens. Of a worker that is broken it knows nothing, and starts another.
  const broken = () => delete globalThis.rulesmithWorker;
  worker.onmessage = ({ data }) => (data === 'Ready' ? (worker.isReady = true) : broken());
  worker.onerror = broken;
  globalThis.rulesmithWorker = worker;
}
