// Bundles the editor for the page: one script that loads nothing. Trunk runs it before it builds.
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const outfile = here('../../target/editor/editor.js');
await build({
  entryPoints: [here('editor.js')],
  outfile,
  bundle: true,
  format: 'iife',
  minify: true,
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
});
console.log(`The editor is ${Math.round(statSync(outfile).size / 1000)} kB in target/editor/editor.js.`);
