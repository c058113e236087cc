// Prints what a browser downloads of the release folder, against the budget of download-budget.json. Ends
// with 1 when the budget is passed.
//
//   node web/download-size.mjs [folder]
import { budget, downloads, total } from './download.mjs';

/** Bytes as kB of 1,000 bytes. */
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(11);

const files = downloads(process.argv[2] ?? 'dist');
for (const { name, bytes, size, isLater } of files) {
  console.log(`${kilobytes(bytes)} ${kilobytes(size)}  ${name}${isLater ? ' (later)' : ''}`);
}
const all = total(files);
const firstUse = total(files.filter(({ isLater }) => !isLater));
const within = firstUse <= budget.first_use_bytes && all <= budget.bytes;
const said = (size, most) => `${kilobytes(size).trim()} with brotli, the budget is ${kilobytes(most).trim()}`;
console.log(`Download before the first use: ${said(firstUse, budget.first_use_bytes)}.`);
console.log(`All files: ${said(all, budget.bytes)}.`);
if (!within) console.log('The budget is passed: see what grew, or raise web/download-budget.json and say why.');
process.exitCode = within ? 0 : 1;
