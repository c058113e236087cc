// After the build: the page's scripts, those in index.html too, and its style sheet, without spaces and long names.
// The files keep their names; what they export is the same.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

const folder = process.env.TRUNK_STAGING_DIR;
const names = readdirSync(folder, { recursive: true }).filter((name) => /^(page-.*|worker)\.js$|\.css$|^snippets.*\.js$/.test(name));

if (process.env.TRUNK_PROFILE === 'release') {
  names.forEach(minify);
  minifyInside('index.html');
}

/** The scripts inside of a page; those of a module stay, as their addresses do. */
function minifyInside(name) {
  const path = join(folder, name);
  const page = readFileSync(path, 'utf8');
  writeFileSync(path, page.replace(/(<script>)([\s\S]*?)(<\/script>)/g, (_, start, code, end) => start + minified(code, { loader: 'js' }) + end));
}

function minify(name) {
  const path = join(folder, name);
  // The worker's script is no module: what it calls its own is seen by the script that loads it.
  const script = name === 'worker.js' ? { loader: 'js' } : { loader: 'js', format: 'esm' };
  const form = name.endsWith('.css') ? { loader: 'css' } : script;
  writeFileSync(path, minified(readFileSync(path, 'utf8'), form));
}

function minified(text, form) {
  return transformSync(text, { ...form, minify: true, target: 'es2022', legalComments: 'none' }).code;
}
