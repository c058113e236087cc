// Writes the hash of every inline script of the built page into its Content-Security-Policy, so that
// nothing but the scripts of the build can run. What a script element holds as data does not run.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(process.env.TRUNK_STAGING_DIR, 'index.html');
const page = readFileSync(file, 'utf8');
const inline = [...page.matchAll(/<script(?![^>]*(?:\ssrc=|"application\/json"))[^>]*>([\s\S]*?)<\/script>/g)].map(([, text]) => text);
const hashes = inline.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
const placeholder = "'sha256-inline'";
if (!page.includes(placeholder)) {
  throw new Error(`${file} has no ${placeholder} in its Content-Security-Policy`);
}
writeFileSync(file, page.replace(placeholder, hashes.join(' ')));
