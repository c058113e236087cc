// What a browser downloads of the release folder, compressed as a static host compresses it, against the
// budget of download-budget.json. Ends with 1 when the budget is passed.
//
//   node web/download-size.mjs [folder]
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

/** Brotli at its best, with a window that holds the largest file. */
function compressed(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}

/** Bytes as kB of 1,000 bytes. */
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(11);

/** Files of the folder that opening the page loads: not the page in one file, nor the list of hashes. */
function names() {
  const apart = ['rulesmith.html', 'SHA256SUMS'];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
  return paths.filter((name) => !apart.includes(name)).sort();
}

const folder = process.argv[2] ?? 'dist';
const budget = JSON.parse(readFileSync(new URL('download-budget.json', import.meta.url), 'utf8'));
let total = 0;
for (const name of names()) {
  const bytes = readFileSync(join(folder, name));
  const size = compressed(bytes);
  total += size;
  console.log(`${kilobytes(bytes.length)} ${kilobytes(size)}  ${name}`);
}
const within = total <= budget.bytes;
console.log(`Download: ${kilobytes(total).trim()} with brotli, the budget is ${kilobytes(budget.bytes).trim()}.`);
if (!within) console.log('The budget is passed: see what grew, or raise web/download-budget.json and say why.');
process.exitCode = within ? 0 : 1;
