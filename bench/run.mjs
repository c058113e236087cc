// Measures the release build beside the peer, round by round, and writes the report. `cargo xtask bench`
// prepares what this reads and sets the environment.
import { openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Memory, version, withPage } from './chromium.mjs';
import { report } from './report.mjs';
import { KINDS, NOW, RULES, SPANS, label, sql, tables, yaml } from './rules.mjs';
import { serve } from './server.mjs';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const only = process.env.BENCH_ONLY;
/** How often each program is started in a round: starts scatter most. */
const STARTS = 3;
/** How often each query is run in a round at least and at most; the first run warms up. */
const REPETITIONS = 4;
const MOST_REPETITIONS = 16;
/** Queries that take less together than so many milliseconds are run again: short ones scatter too. */
const ENOUGH = 400;
/** Shortest time that is told apart from none, in milliseconds: the browser's clock. */
const RESOLUTION = 0.1;
const folder = fileURLToPath(new URL('../target/bench/', import.meta.url));
const file = (name) => join(folder, name);
const [csv, jsonl] = [`log-${rows}.csv`, `log-${rows}.jsonl`];

/** Values of all rounds by name. */
const measured = {};
function note(name, value) {
  (measured[name] ??= []).push(value);
  console.log(`  ${name}: ${typeof value === 'number' ? value.toFixed(1) : value}`);
}

const wants = (part) => !only || only === part;

/** The journal of a session with the rules of the measurement. */
function journal() {
  const files = RULES.flatMap((rule) => KINDS.flatMap((kind) => SPANS.map((span) => [label(rule, kind, span), yaml(rule, kind, span)])));
  return {
    rule_files: files.map(([name, text]) => ({ name: `${name}.yaml`, base64: Buffer.from(text).toString('base64') })),
    removed_rules: [], decisions: [], logs: [], now: NOW,
  };
}

const request = (page, wanted) => page.evaluate((one) => window.request(one), wanted);

async function choose(page, names) {
  await page.locator('input').setInputFiles(names.map(file));
}

/** Opens a session and loads a log with the indicators. */
async function loaded(page, log, of) {
  const opened = await request(page, { type: 'open', journal: journal() });
  if (opened.problems.length) throw new Error(JSON.stringify(opened.problems));
  await choose(page, ['indicators.jsonl']);
  await page.evaluate(() => window.load());
  await choose(page, [log]);
  const memory = new Memory();
  const result = await page.evaluate(() => window.load());
  const { held, peak } = await memory.stop();
  if (result.problems.length || !result.rows.includes(rows)) throw new Error(`${log}: ${JSON.stringify(result)}`);
  note(`load ${of} ms`, result.ms);
  note(`load ${of} bytes a row held`, held / rows);
  note(`load ${of} bytes a row at the peak`, peak / rows);
  return { opened, result };
}

async function rulesmith(address) {
  const harness = `${address}/bench/pages/rulesmith.html`;
  if (wants('load') || wants('nrt')) {
    await withPage(harness, async (page) => {
      const { opened } = await loaded(page, jsonl, 'JSON Lines');
      if (wants('nrt')) await manyRuns(page, opened);
    });
  }
  await withPage(harness, async (page) => {
    const { opened } = await loaded(page, csv, 'CSV');
    const answered = await request(page, { type: 'run' });
    const failed = answered.rules.filter((rule) => rule.error);
    if (failed.length) throw new Error(JSON.stringify(failed));
    if (wants('rules')) await ruleTimes(page, opened);
  });
  await withPage(harness, async (page) => {
    await request(page, { type: 'open', journal: { rule_files: [], removed_rules: [], decisions: [], logs: [], now: NOW } });
    await choose(page, ['indicators.jsonl', csv]);
    await page.evaluate(() => window.load());
    note('opened to answered ms', (await request(page, { type: 'run' })).end);
  });
}

/** The median time of a query of which `run` gives the time of one run, in milliseconds. */
async function repeated(run) {
  const times = [];
  let spent = 0;
  while (times.length < REPETITIONS || (times.length < MOST_REPETITIONS && spent < ENOUGH)) {
    const ms = await run(times.length);
    times.push(ms);
    spent += ms;
  }
  return median(times.slice(1));
}

/** A run evaluates a rule and its conversion. One that names pools is its own conversion: its half is the
 * time of a single evaluation, and what is left of the other's is that of the vaults. What the same session
 * needs for an answer without an evaluation is taken off. */
async function ruleTimes(page, opened) {
  for (const rule of RULES) {
    for (const span of SPANS) {
      const times = {};
      for (const kind of KINDS) {
        const { key } = opened.rules.find(({ name }) => name === label(rule, kind, span));
        times[kind] = await repeated(async (run) => {
          const answer = await request(page, { type: 'run', rule: key });
          const { error, found } = answer.rules.find((one) => one.key === key);
          if (error) throw new Error(`${label(rule, kind, span)}: ${error}`);
          if (run === 0) note(`rows ${label(rule, kind, span)}`, found[0]);
          return answer.ms - (await request(page, { type: 'setNow', now: NOW })).ms;
        });
      }
      const pools = Math.max(times.MANAGEDHSMS / 2, RESOLUTION);
      note(`rule ${label(rule, 'MANAGEDHSMS', span)} ms`, pools);
      note(`rule ${label(rule, 'VAULTS', span)} ms`, Math.max(times.VAULTS - pools, RESOLUTION));
    }
  }
}

async function manyRuns(page, opened) {
  const of = (name) => opened.rules.find((rule) => rule.name === name)?.key;
  const whole = of(label(RULES[0], 'MANAGEDHSMS', 'all'));
  const near = opened.rules.find(({ key, name }) => name.includes('near real time') && key)?.key;
  const [single, replayed] = [[], []];
  for (let run = 0; run < REPETITIONS; run += 1) {
    const idle = (await request(page, { type: 'setNow', now: NOW })).ms;
    single.push(((await request(page, { type: 'run', rule: whole })).ms - idle) / 2);
    const answer = await request(page, { type: 'replay', rule: near });
    replayed.push(answer.ms - idle);
    if (run === 0) note('nrt summary', answer.rules.find(({ key }) => key === near).timeline);
  }
  note('nrt whole span ms', median(single.slice(1)));
  note('nrt replay ms', median(replayed.slice(1)));
}

async function peer(address) {
  const buffer = Buffer.alloc(4096);
  readSync(openSync(file(csv), 'r'), buffer, 0, buffer.length, 0);
  const columns = buffer.toString('utf8').split('\n')[0].split(',');
  await withPage(`${address}/bench/pages/duckdb.html`, async (page) => {
    await page.waitForFunction(() => window.interactive);
    await choose(page, [csv, 'indicators.csv']);
    await page.evaluate(() => window.register());
    const memory = new Memory();
    const [log, indicators] = tables(csv, columns);
    const { ms } = await page.evaluate((text) => window.query(text), log);
    const { held, peak } = await memory.stop();
    note('peer load CSV ms', ms);
    note('peer load CSV bytes a row held', held / rows);
    note('peer load CSV bytes a row at the peak', peak / rows);
    await page.evaluate((text) => window.query(text), indicators);
    if (!wants('rules')) return;
    for (const rule of RULES) {
      for (const kind of KINDS) {
        for (const span of SPANS) {
          const ms = await repeated(async (run) => {
            const answer = await page.evaluate((text) => window.query(text), sql(rule, kind, span));
            if (run === 0) note(`peer rows ${label(rule, kind, span)}`, answer.rows);
            return answer.ms;
          });
          note(`peer rule ${label(rule, kind, span)} ms`, ms);
        }
      }
    }
  });
  await withPage(`${address}/bench/pages/duckdb.html`, async (page) => {
    await page.waitForFunction(() => window.interactive);
    await choose(page, [csv, 'indicators.csv']);
    await page.evaluate(() => window.register());
    for (const statement of tables(csv, columns)) await page.evaluate((text) => window.query(text), statement);
    let end;
    for (const rule of RULES) {
      for (const kind of KINDS) ({ end } = await page.evaluate((text) => window.query(text), sql(rule, kind, 'period')));
    }
    note('peer opened to answered ms', end);
  });
}

async function floors(address) {
  await withPage(`${address}/bench/pages/floor.html`, async (page) => {
    await page.waitForFunction(() => window.interactive);
    for (const [name, what, log] of [['CSV', 'count', csv], ['JSON Lines', 'count', jsonl], ['JSON.parse', 'parse', jsonl]]) {
      await choose(page, [log]);
      note(`floor ${name} ms`, (await page.evaluate((one) => window.ask(one), what)).ms);
    }
  });
}

/** How long a browser that was just started is left alone, in milliseconds: it is busy with itself at first. */
const SETTLING = 3000;

/** Runs something with a page of a browser that has nothing else to do. */
function withSettledPage(use) {
  return withPage(null, async (page) => {
    await new Promise((resolve) => setTimeout(resolve, SETTLING));
    return use(page);
  });
}

/**
 * From navigation until the page can be used: its rules on the screen, not their picture, and its buttons heard; a
 * query answered; a worker that hears. The page's worker has answered when what it needs later begins to load.
 */
async function starts(address) {
  await withSettledPage(async (page) => {
    await page.addInitScript(() => {
      const look = () => {
        if (document.querySelector('.rule')) window.screenAfter ??= performance.now();
        if (window.screenAfter && !document.getElementById('picture')) window.interactive = performance.now();
        else requestAnimationFrame(look);
      };
      look();
    });
    await page.goto(`${address}/page/index.html`);
    await page.waitForFunction(() => window.interactive);
    note('start ms', await page.evaluate(() => window.interactive));
    note('first screen ms', await page.evaluate(() => window.screenAfter));
    const answered = () => performance.getEntriesByType('resource').find(({ name }) => name.endsWith('_rest.wasm'))?.startTime;
    note('first answer ms', await (await page.waitForFunction(answered)).jsonValue());
  });
  for (const [name, path] of [['peer start ms', 'duckdb'], ['floor start ms', 'floor']]) {
    await withSettledPage(async (page) => {
      await page.goto(`${address}/bench/pages/${path}.html`);
      await page.waitForFunction(() => window.interactive);
      note(name, await page.evaluate(() => window.interactive));
    });
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const server = await serve();
for (let round = 1; round <= rounds; round += 1) {
  console.log(`Round ${round} of ${rounds}`);
  for (let start = 0; start < STARTS && wants('start'); start += 1) await starts(server.address);
  if (wants('load')) await floors(server.address);
  if (wants('load') || wants('rules')) await peer(server.address);
  if (wants('load') || wants('rules') || wants('nrt')) await rulesmith(server.address);
}
server.close();
const medians = Object.fromEntries(
  Object.entries(measured).map(([name, values]) => [name, typeof values[0] === 'number' ? median(values) : values.at(-1)]),
);
writeFileSync(file('results.json'), JSON.stringify({ rows, rounds, medians, measured }, null, 1));
const sizes = { csv: statSync(file(csv)).size, jsonl: statSync(file(jsonl)).size };
writeFileSync(process.env.BENCH_REPORT ?? file('report.md'), report({ rows, rounds, medians, sizes, chromium: await version() }));
console.log(`The report is ${process.env.BENCH_REPORT}.`);
