// How long a keystroke takes in the query editor of a served release page: types into a rule of 10,000
// characters and measures, for each key, from the key to the next frame that could be painted, and what of
// that is script. Run: RULESMITH_PAGE=http://127.0.0.1:8080/ node bench/keystrokes.mjs
import { createRequire } from 'node:module';
import { cpus } from 'node:os';

const { chromium } = createRequire(new URL('../', import.meta.url))('@playwright/test');
const LETTERS = 10_000;
const KEYS = 200;

/** A rule's query of about the length that Sentinel allows. */
function rule() {
  const part = (number) => `// Operations of part ${number}
let operations${number} = dynamic(["KeyDelete", "KeyPurge", "KeyBackup", "SecretDelete${number}"]);
let found${number} = AzureDiagnostics
| where ResourceType =~ "MANAGEDHSMS" and OperationName in~ (operations${number})
| extend Caller = column_ifexists("CallerIPAddress", ""), Name = tostring(split(requestUri_s, "/")[${number}])
| summarize Events = count(), First = min(TimeGenerated) by Caller, Name, bin(TimeGenerated, 1h);
`;
  let text = '';
  for (let number = 0; text.length < LETTERS - 600; number += 1) text += part(number);
  return `${text}AzureDiagnostics\n| where OperationName == "`;
}

const browser = await chromium.launch({ executablePath: `/usr/bin/${process.env.RULESMITH_CHROMIUM ?? 'chromium'}`, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
await page.goto(process.env.RULESMITH_PAGE ?? 'http://127.0.0.1:8080/');
await page.getByRole('button', { name: 'Run the sample logs' }).first().click();
await page.waitForSelector('.badge.fires');
await page.evaluate(() => { location.hash = '#/hunt'; });
await page.waitForSelector('.editor-host[data-analysed]');
await page.locator('.editor-host .cm-content').click();
await page.keyboard.press('ControlOrMeta+a');
await page.keyboard.insertText(rule());
await page.waitForTimeout(2000);
const letters = await page.locator('.editor-host').getAttribute('data-analysed');
await page.evaluate(() => {
  window.keys = [];
  const channel = new MessageChannel();
  const waiting = [];
  channel.port1.onmessage = () => waiting.shift()();
  window.addEventListener('keydown', () => {
    const start = performance.now();
    // After the frame callback comes style, layout and paint; a message sent there is heard behind them.
    requestAnimationFrame(() => {
      const before = performance.now();
      waiting.push(() => window.keys.push({ total: performance.now() - start, frame: performance.now() - before }));
      channel.port2.postMessage(0);
    });
    queueMicrotask(() => {});
  }, true);
  window.tasks = [];
  new PerformanceObserver((list) => window.tasks.push(...list.getEntries().filter(({ name }) => name === 'keydown' || name === 'input' || name === 'beforeinput').map(({ processingStart, processingEnd, duration, name }) => ({ name, script: processingEnd - processingStart, duration })))).observe({ type: 'event', durationThreshold: 16 });
});
const client = await page.context().newCDPSession(page);
await client.send('Performance.enable');
const metric = async () => Object.fromEntries((await client.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
const before = await metric();
const typed = 'where the keys were deleted and purged ';
for (let key = 0; key < KEYS; key += 1) {
  await page.keyboard.press(typed[key % typed.length] === ' ' ? 'Space' : typed[key % typed.length]);
  await page.waitForTimeout(60);
}
await page.waitForTimeout(500);
const after = await metric();
const keys = await page.evaluate(() => window.keys);
const slow = await page.evaluate(() => window.tasks);
await browser.close();
const at = (list, share) => [...list].sort((one, other) => one - other)[Math.min(list.length - 1, Math.floor(share * list.length))];
const totals = keys.map(({ total }) => total);
const spent = (name) => ((after[name] - before[name]) * 1000) / KEYS;
console.log(JSON.stringify({
  letters: Number(letters),
  keys: keys.length,
  processor: `${cpus()[0].model}, ${cpus().length} cores`,
  key_to_frame_ms: { median: at(totals, 0.5), p90: at(totals, 0.9), p99: at(totals, 0.99), most: at(totals, 1) },
  main_thread_ms_per_key: { all: spent('TaskDuration'), script: spent('ScriptDuration'), layout: spent('LayoutDuration'), style: spent('RecalcStyleDuration') },
  events_over_16_ms: slow.length,
}, null, 2));
