// What the served release page does with logs of millions of rows: loads the given files one after the other into
// one table, cancels a load and a run on the way, runs and replays the rules, scrolls through all rows, and then
// adds the first file again and again until the page refuses it. Run, with logs that `cargo xtask bench --rows
// 5000000 --only size` writes:
//   RULESMITH_PAGE=http://127.0.0.1:8080/ node bench/large.mjs target/bench/log-5000000.csv target/bench/log-5000000.jsonl
import { linkSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { Memory, megabytes } from './chromium.mjs';

const { chromium } = createRequire(new URL('../', import.meta.url))('@playwright/test');
const files = process.argv.slice(2);
/** How often the first file is added again, at most. */
const AGAIN = 8;
/** Turns of the wheel, and how far each is, in pixels. */
const [TURNS, STEP] = [240, 120];

const browser = await chromium.launch({ executablePath: `/usr/bin/${process.env.RULESMITH_CHROMIUM ?? 'chromium'}`, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
page.setDefaultTimeout(0);
page.on('crash', () => console.log('The tab died.'));
const measured = { processor: `${cpus()[0].model}, ${cpus().length} cores`, chromium: browser.version() };

const idle = () => page.waitForFunction(() => !document.querySelector('.busy, progress'));
const busy = () => page.waitForSelector('.busy, progress');
const problem = () => page.evaluate(() => document.querySelector('[role=alert]')?.innerText.replace(/\s+/g, ' ').trim());
const rows = () => page.evaluate(() => Number(document.querySelector('nav').innerText.match(/([\d,]+) rows/)?.[1].replaceAll(',', '')));

/** Milliseconds from a click on Cancel until nothing is under way. */
const cancel = () => page.evaluate(() => new Promise((done) => {
  const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === 'Cancel');
  const start = performance.now();
  button.click();
  const look = () => (document.querySelector('.busy, progress') ? setTimeout(look, 1) : done(performance.now() - start));
  look();
}));

async function timed(act) {
  const start = performance.now();
  await act();
  await busy();
  await idle();
  return (performance.now() - start) / 1000;
}

const open = (path) => page.locator('input[type=file]').setInputFiles(path);
const press = (name) => page.getByRole('button', { name, exact: true }).first().click();

async function load(path) {
  const memory = new Memory();
  const seconds = await timed(() => open(path));
  const { held, peak } = await memory.stop();
  const size = megabytes(statSync(path).size);
  return { seconds, megabytes: size, rate: size / seconds, held_megabytes: megabytes(held), peak_megabytes: megabytes(peak), rows_in_all: await rows() };
}

/** Milliseconds between frames while the wheel is turned, frame by frame. */
async function scroll() {
  await page.evaluate(() => { location.hash = '#/logs'; });
  await page.waitForSelector('.grid-rows tr[aria-rowindex="2"]');
  await page.locator('.grid-rows').hover();
  await page.evaluate(() => {
    window.frames = [];
    const note = (now) => requestAnimationFrame(note, window.frames.push(now));
    requestAnimationFrame(note);
  });
  for (let turn = 0; turn < TURNS; turn += 1) await page.mouse.wheel(0, STEP);
  const frames = await page.evaluate(() => window.frames);
  const gaps = frames.slice(1).map((frame, before) => frame - frames[before]).sort((one, other) => one - other);
  return { median: gaps[gaps.length >> 1], p90: gaps[Math.floor(gaps.length * 0.9)], most: gaps.at(-1) };
}

await page.goto(process.env.RULESMITH_PAGE ?? 'http://127.0.0.1:8080/');
await page.waitForFunction(() => !document.getElementById('picture') && document.querySelector('.rule'));
await open(files[0]);
await busy();
await page.waitForTimeout(2000);
measured.cancel_load_ms = await cancel();
measured.loads = [];
for (const path of files) measured.loads.push(await load(path));
await press('Run all rules');
await busy();
await page.waitForTimeout(100);
measured.cancel_run_ms = await cancel();
measured.run_seconds = await timed(() => press('Run all rules'));
await page.evaluate(() => { location.hash = '#/incidents'; });
measured.replay_seconds = await timed(() => press('Replay the schedule'));
measured.scroll_frame_ms = await scroll();
const folder = mkdtempSync(join(tmpdir(), 'large-'));
try {
  for (let again = 1; again <= AGAIN && !measured.refused; again += 1) {
    const path = join(folder, `again-${again}${extname(files[0])}`);
    linkSync(files[0], path);
    const added = await load(path);
    measured.refused = await problem();
    if (!measured.refused) measured.loads.push(added);
  }
} finally {
  rmSync(folder, { recursive: true });
}
await browser.close();
console.log(JSON.stringify(measured, (_, value) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value), 2));
