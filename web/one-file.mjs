// After the build: the whole page in one file that opens from disk, rulesmith.html.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';

const folder = process.env.TRUNK_STAGING_DIR;
const source = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const read = (name) => readFileSync(join(folder, name));
const hash = (content, form) => createHash('sha256').update(content).digest(form);
const served = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'))
  .sort();

writeFileSync(join(folder, 'rulesmith.html'), oneFile());

/** The page with everything it needs inside it, as compressed text that its own script unpacks. */
function oneFile() {
  const index = read('index.html').toString();
  const page = served.find((name) => /^page-.*\.js$/.test(name));
  const style = served.find((name) => name.endsWith('.css'));
  const packed = served.filter((name) => /\.(m?js|wasm)$/.test(name) && name !== 'worker-loader.js');
  const guide = read('guide.html').toString();
  const css = read(style).toString();
  // Pictures would make the file half as large again.
  const readable = guide.replace(/<img [^>]*>|<link rel="icon"[^>]*>/g, '').replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${css}</style>`).replace("style-src 'self'", "style-src 'unsafe-inline'");
  const packedGuide = `<script type="text/plain" data-file="guide.html">${gzipSync(readable, { level: 9 }).toString('base64')}</script>`;
  const pieces = packed.map((name) => `<script type="text/plain" data-file="${name}">${gzipSync(read(name), { level: 9 }).toString('base64')}</script>`);
  const picture = source('../public/picture.js');
  const script = source('js/one-file.js').replace("'PAGE'", JSON.stringify(page));
  const policy = [
    "default-src 'none'",
    `script-src 'wasm-unsafe-eval' blob: ${[picture, script].map((text) => `'sha256-${hash(text, 'base64')}'`).join(' ')}`,
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
    .replace('</head>', () => `<script>${picture}</script>\n</head>`)
    .replace('</body>', () => `${pieces.join('\n')}\n${packedGuide}\n<script>${script}</script>\n</body>`);
}
