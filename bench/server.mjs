// A server of the release build, of the harness pages and of the peer's files, on this machine.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css' };
const FOLDERS = { page: join(root, 'dist'), bench: here, data: join(root, 'target/bench') };

/** The minified Apache Arrow as a module, because the peer imports it by name. */
function arrow() {
  const require = createRequire(import.meta.url);
  const names = Object.keys(require('apache-arrow')).filter((name) => /^[A-Za-z_]\w*$/.test(name));
  return `export const { ${names.join(', ')} } = globalThis.Arrow;`;
}

/** Serves on a free port and gives the address. */
export function serve() {
  const shim = arrow();
  const server = createServer((request, response) => {
    const [, folder, ...rest] = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)).split('/');
    // A folder stands for its page.
    const names = rest.at(-1) ? rest : [...rest.slice(0, -1), 'index.html'];
    const file = FOLDERS[folder] && join(FOLDERS[folder], ...names);
    response.setHeader('Cache-Control', 'no-store');
    if (folder === 'arrow.mjs') {
      response.setHeader('Content-Type', 'text/javascript');
      return response.end(shim);
    }
    try {
      response.setHeader('Content-Length', statSync(file).size);
      response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
      createReadStream(file)
        .on('error', () => response.destroy())
        .pipe(response);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }));
  });
}
