// What a browser downloads of the release folder, compressed as a static host compresses it.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

/** The most bytes that may be downloaded, and what is not needed for the first use. */
export const budget = JSON.parse(readFileSync(new URL('download-budget.json', import.meta.url), 'utf8'));

/** Length after brotli at its best, with a window that holds the largest file. */
export function compressed(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}

/**
 * Files of the folder that opening the page loads, with their lengths: not the page in one file, nor the list
 * of hashes, nor the pictures of the guide, which are loaded one by one when they come into sight.
 */
export function downloads(folder) {
  const apart = ['rulesmith.html', 'SHA256SUMS'];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
  const names = paths.filter((name) => !apart.includes(name) && !/^guide[\\/]/.test(name)).sort();
  return names.map((name) => {
    const bytes = readFileSync(join(folder, name));
    const isLater = budget.later.some((ending) => name.endsWith(ending));
    return { name, bytes: bytes.length, size: compressed(bytes), isLater };
  });
}

/** Sum of the compressed lengths of files. */
export const total = (files) => files.reduce((sum, { size }) => sum + size, 0);
