// After the build: what makes the page work without a network. Writes, into the built folder,
// - sw.js, the service worker with the list of files it keeps, named after their content;
// - rulesmith.html, the whole page in one file that opens from disk;
// - SHA256SUMS, the hash of every file.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';

const folder = process.env.TRUNK_STAGING_DIR;
const source = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const read = (name) => readFileSync(join(folder, name));
const hash = (content, form) => createHash('sha256').update(content).digest(form);
const files = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'))
    .sort();

const served = files();
const version = hash(served.map((name) => hash(read(name), 'hex')).join(), 'hex').slice(0, 16);
writeFileSync(
  join(folder, 'sw.js'),
  source('js/service-worker.js')
    .replace("'VERSION'", JSON.stringify(version))
    .replace("['FILES']", JSON.stringify(['./', ...served.filter((name) => name !== 'index.html')])),
);

writeFileSync(join(folder, 'rulesmith.html'), oneFile());
writeFileSync(
  join(folder, 'SHA256SUMS'),
  files()
    .filter((name) => name !== 'SHA256SUMS')
    .map((name) => `${hash(read(name), 'hex')}  ${name}\n`)
    .join(''),
);

/** The page with everything it needs inside it, as compressed text that its own script unpacks. */
function oneFile() {
  const index = read('index.html').toString();
  const page = served.find((name) => /^page-.*\.js$/.test(name));
  const style = served.find((name) => name.endsWith('.css'));
  const packed = served.filter((name) => /\.(m?js|wasm)$/.test(name) && name !== 'worker-loader.js');
  const guide = read('guide.html').toString();
  const css = read(style).toString();
  const readable = guide.replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${css}</style>`).replace("style-src 'self'", "style-src 'unsafe-inline'");
  const packedGuide = `<script type="text/plain" data-file="guide.html">${gzipSync(readable, { level: 9 }).toString('base64')}</script>`;
  const pieces = packed.map((name) => `<script type="text/plain" data-file="${name}">${gzipSync(read(name), { level: 9 }).toString('base64')}</script>`);
  const script = source('js/one-file.js').replace("'PAGE'", JSON.stringify(page));
  const policy = [
    "default-src 'none'",
    `script-src 'wasm-unsafe-eval' blob: 'sha256-${hash(script, 'base64')}'`,
    `style-src 'sha256-${hash(css, 'base64')}'`,
    'worker-src blob:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return index
    .replace(/(http-equiv="Content-Security-Policy" content=")[^"]*/, (_, start) => start + policy)
    .replace(/<script[\s\S]*?<\/script>/g, '')
    .replace(/<link rel="(modulepreload|preload|manifest|icon)"[^>]*>/g, '')
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${css}</style>`)
    .replace('</body>', () => `${pieces.join('\n')}\n${packedGuide}\n<script>${script}</script>\n</body>`);
}
