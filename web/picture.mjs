// Puts a picture of the page into index.html: what a first visit shows, there before the program is, which takes
// its place (public/picture.js, web/src/shell/picture.rs); and behind it what the worker will answer to that visit.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { element } from './first-answer.mjs';
import { folder, seen } from './split/first-use.mjs';

const file = join(folder, 'index.html');
const HERE = '<noscript>';

if (seen) {
  const index = readFileSync(file, 'utf8');
  if (!index.includes(HERE)) throw new Error(`${file} has no ${HERE}`);
  writeFileSync(file, index.replace(HERE, () => `<div id="picture">${seen.picture}</div>\n${element(seen.answer)}\n${HERE}`));
}
