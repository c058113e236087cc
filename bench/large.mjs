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
/** Frames that are scrolled, and how far each time, in pixels. */
const [FRAMES, STEP] = [240, 120];

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

async function scroll() {
  await page.evaluate(() => { location.hash = '#/logs'; });
  await page.waitForSelector('.grid-rows');
  return page.evaluate(async ([frames, step]) => {
    const region = document.querySelector('.grid-rows');
    const gaps = [];
    let last = performance.now();
    for (let frame = 0; frame < frames; frame += 1) {
      region.scrollTop += step;
      await new Promise(requestAnimationFrame);
      gaps.push(performance.now() - last);
      last = performance.now();
    }
    gaps.sort((one, other) => one - other);
    return { median: gaps[frames >> 1], p90: gaps[Math.floor(frames * 0.9)], most: gaps.at(-1) };
  }, [FRAMES, STEP]);
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
for (let again = 1; again <= AGAIN && !measured.refused; again += 1) {
  const path = join(folder, `again-${again}${extname(files[0])}`);
  linkSync(files[0], path);
  const added = await load(path);
  measured.refused = await problem();
  if (!measured.refused) measured.loads.push(added);
}
rmSync(folder, { recursive: true });
await browser.close();
console.log(JSON.stringify(measured, (_, value) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value), 2));
