// After the build: what makes the page work without a network. Writes, into the built folder,
// - sw.js, the service worker with the list of files it keeps, named after their content;
// - SHA256SUMS, the hash of every file.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const folder = process.env.TRUNK_STAGING_DIR;
const source = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const read = (name) => readFileSync(join(folder, name));
const hash = (content, form) => createHash('sha256').update(content).digest(form);
const files = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'))
    .sort();

// The page in one file is not part of the page that is served.
const served = files().filter((name) => name !== 'rulesmith.html');
const version = hash(served.map((name) => hash(read(name), 'hex')).join(), 'hex').slice(0, 16);
writeFileSync(
  join(folder, 'sw.js'),
  source('js/service-worker.js')
    .replace("'VERSION'", JSON.stringify(version))
    .replace("['FILES']", JSON.stringify(['./', ...served.filter((name) => name !== 'index.html' && !name.startsWith('guide/'))]))
    .replace("['PICTURES']", JSON.stringify(served.filter((name) => name.startsWith('guide/')).map((name) => `./${name}`))),
);

writeFileSync(
  join(folder, 'SHA256SUMS'),
  files()
    .filter((name) => name !== 'SHA256SUMS')
    .map((name) => `${hash(read(name), 'hex')}  ${name}\n`)
    .join(''),
);
