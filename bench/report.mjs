// The report of a measurement, in Markdown.
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { compressed, downloads, total } from '../web/download.mjs';
import { KINDS, RULES, SPANS, label } from './rules.mjs';

const PEER = '../bench/node_modules/@duckdb/duckdb-wasm/dist/';

function downloaded() {
  const at = (path) => fileURLToPath(new URL(path, import.meta.url));
  const files = downloads(at('../dist'));
  const parts = [`${PEER}duckdb-eh.wasm`, `${PEER}duckdb-browser-eh.worker.js`, `${PEER}duckdb-browser.mjs`, '../bench/node_modules/apache-arrow/Arrow.es2015.min.js'];
  return {
    page: total(files.filter(({ isLater }) => !isLater)),
    later: total(files.filter(({ isLater }) => isLater)),
    peer: parts.reduce((sum, path) => sum + compressed(readFileSync(at(path))), 0),
  };
}

const round = (value, digits = 1) => (value === undefined ? '–' : value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(digits));
const ms = (value) => (value === undefined ? '–' : value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${round(value)} ms`);
const times = (more, less) => (more === undefined || less === undefined ? '–' : `${(more / less).toFixed(1)} ×`);
const speed = (bytes, value) => (value === undefined ? '' : `, ${Math.round(bytes / 1000 / value)} MB/s`);
const line = (...cells) => `| ${cells.join(' | ')} |`;

function sum(medians, prefix, kind, span) {
  const values = RULES.map((rule) => medians[`${prefix}${label(rule, kind, span)} ms`]);
  return values.includes(undefined) ? undefined : values.reduce((a, b) => a + b, 0);
}

/** The text of docs/benchmarks.md. */
export function report({ rows, rounds, medians: of, sizes, chromium }) {
  const size = downloaded();
  const both = (name) => [of[name], of[`peer ${name}`]];
  const compared = (what, name, target) => {
    const [own, peer] = both(name);
    return line(what, ms(own), ms(peer), times(peer, own), target);
  };
  const out = [
    '# Benchmarks',
    '',
    `Made by \`cargo xtask bench --rows ${rows} --rounds ${rounds}\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Chromium ${chromium} without a window, Node ${process.versions.node}, @duckdb/duckdb-wasm 1.32.0 (eh).`,
    '',
    'Both programs read the same generated files in the same Chromium, one after the other in each round, each with an empty profile. Values are medians over the rounds; of a query, over repetitions behind one that warms up. On a machine that does other work, only the ratios mean something.',
    '',
    `The log has ${rows.toLocaleString('en')} rows of 14 days, not in order of time: ${Math.round(sizes.csv / 1e6)} MB as CSV, ${Math.round(sizes.jsonl / 1e6)} MB as JSON Lines. 85 of 100 rows are of vaults, the others of Managed HSM pools.`,
    '',
    '## Load and start',
    '',
    line('what', 'Rulesmith', 'DuckDB-wasm', 'ratio', 'at least / aim'),
    line('---', '---', '---', '---', '---'),
    line('load CSV', `${ms(of['load CSV ms'])}${speed(sizes.csv, of['load CSV ms'])}`, `${ms(of['peer load CSV ms'])}${speed(sizes.csv, of['peer load CSV ms'])}`, times(of['peer load CSV ms'], of['load CSV ms']), '2.5 × / 4 ×'),
    line('load CSV against the floor (read the file and count lines)', ms(of['load CSV ms']), `floor ${ms(of['floor CSV ms'])}`, times(of['load CSV ms'], of['floor CSV ms']), '– / ≤ 1.4 ×'),
    line('load JSON Lines against `JSON.parse` of each line', `${ms(of['load JSON Lines ms'])}${speed(sizes.jsonl, of['load JSON Lines ms'])}`, `\`JSON.parse\` ${ms(of['floor JSON.parse ms'])}`, times(of['floor JSON.parse ms'], of['load JSON Lines ms']), '2 × / 2.3 ×'),
    line('load JSON Lines against the floor', ms(of['load JSON Lines ms']), `floor ${ms(of['floor JSON Lines ms'])}`, times(of['load JSON Lines ms'], of['floor JSON Lines ms']), '– / ≤ 1.4 ×'),
    line('memory held, bytes a row (CSV)', round(of['load CSV bytes a row held'], 0), round(of['peer load CSV bytes a row held'], 0), times(of['peer load CSV bytes a row held'], of['load CSV bytes a row held']), '≤ 155 / ≤ 75 bytes'),
    line('memory at the peak, bytes a row (CSV)', round(of['load CSV bytes a row at the peak'], 0), round(of['peer load CSV bytes a row at the peak'], 0), times(of['peer load CSV bytes a row at the peak'], of['load CSV bytes a row at the peak']), '≤ 240 / ≤ 120 bytes'),
    line('download before the first use, brotli', `${round(size.page / 1000, 0)} kB`, `${round(size.peer / 1000, 0)} kB`, times(size.peer, size.page), '≤ 900 / ≤ 600 kB'),
    line('what is loaded after that, in the background or when it is opened', `${round(size.later / 1000, 0)} kB`, '', '', ''),
    compared('navigation to interactive, cold', 'start ms', '5 × / 10 ×'),
    line('navigation to the first useful screen, cold', ms(of['first screen ms']), ms(of['peer start ms']), times(of['peer start ms'], of['first screen ms']), ''),
    line('navigation to the first answer of the worker, cold', ms(of['first answer ms']), ms(of['peer start ms']), times(of['peer start ms'], of['first answer ms']), ''),
    line('the same of a blank page with a worker', ms(of['floor start ms']), '', '', ''),
    compared('opened → CSV loaded → five rules answered for both kinds', 'opened to answered ms', '3 × / 5 ×'),
    line('NRT rule over 14 days against one evaluation over all rows', ms(of['nrt replay ms']), `one evaluation ${ms(of['nrt whole span ms'])}`, times(of['nrt replay ms'], of['nrt whole span ms']), '≤ 3 × / ≤ 1.5 ×'),
    '',
    'DuckDB-wasm cannot read JSON without the network: its reader is an extension that it fetches from another host. Starts are those of a browser that has had three seconds for itself, three in each round. The page is interactive when its program hears the buttons; what they ask of the worker is answered from its first answer on. Memory is that of the renderer processes above what they held before the load, as the operating system counts it.',
    '',
    '## Rules',
    '',
  ];
  for (const kind of KINDS) {
    for (const span of SPANS) {
      out.push(`### ${kind}, ${span === 'all' ? 'all 14 days' : 'each over its query period'}`, '');
      out.push(line('rule', 'Rulesmith', 'DuckDB-wasm', 'ratio', 'rows: Rulesmith / DuckDB-wasm'), line('---', '---', '---', '---', '---'));
      for (const rule of RULES) {
        const name = label(rule, kind, span);
        const [own, peer] = both(`rule ${name} ms`);
        out.push(line(rule.name, ms(own), ms(peer), times(peer, own), `${of[`rows ${name}`] ?? '–'} / ${of[`peer rows ${name}`] ?? '–'}`));
      }
      const [own, peer] = [sum(of, 'rule ', kind, span), sum(of, 'peer rule ', kind, span)];
      out.push(line('**all five**', ms(own), ms(peer), times(peer, own), ''), '');
    }
  }
  out.push(
    'A run of the page evaluates a rule and its conversion and keeps the rows of each step. What the worker needs for an answer that evaluates nothing, its view of all rules, is taken off. A rule that names pools is its own conversion, so half of its time is one evaluation; the time on vaults is what is left of the run of the rule that names vaults. The runs repeat the same rule at the same time, so its query is bound already and the rows of its window are found; a first run pays for both. The NRT rule is measured here as a daily one. The SQL of the time series scores without a season, which is less work than the rule does, so its rows differ; where `innerunique` may keep any row, they may differ too.',
    '',
  );
  return out.join('\n');
}
