// After the build: the page's scripts around its modules and its style sheet, without spaces and long names.
// The files keep their names; what they export is the same.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

const folder = process.env.TRUNK_STAGING_DIR;
const names = readdirSync(folder, { recursive: true }).filter((name) => /^(page-.*|worker)\.js$|\.css$|^snippets.*\.js$/.test(name));

if (process.env.TRUNK_PROFILE === 'release') names.forEach(minify);

function minify(name) {
  const path = join(folder, name);
  // The worker's script is no module: what it calls its own is seen by the script that loads it.
  const script = name === 'worker.js' ? { loader: 'js' } : { loader: 'js', format: 'esm' };
  const form = name.endsWith('.css') ? { loader: 'css' } : script;
  const { code } = transformSync(readFileSync(path, 'utf8'), { ...form, minify: true, target: 'es2022', legalComments: 'none' });
  writeFileSync(path, code);
}
