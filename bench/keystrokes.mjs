// How long a keystroke takes in the query editor of a served release page: types into a rule of 10,000
// characters and measures, for each key, the processor time of the main thread with all that follows from the
// key (frames, completion, analysis), which depends less on what else the machine does, and the time from the
// key to the end of the next frame, in which it also waits for the screen. Run:
//   RULESMITH_PAGE=http://127.0.0.1:8080/ node bench/keystrokes.mjs
import { createRequire } from 'node:module';
import { cpus } from 'node:os';

const { chromium } = createRequire(new URL('../', import.meta.url))('@playwright/test');
const LETTERS = 10_000;
const KEYS = 200;

/** What is typed where: in a text nothing is offered; of names, completions are. */
const PASSES = {
  'in a text': { before: '| where OperationName == "', typed: 'where the keys were deleted and purged ' },
  'names, with completions': { before: '| where ', typed: 'OperationName has ResultSignature and ' },
};

/** A rule's query of about the length that Sentinel allows. */
function rule(end) {
  const part = (number) => `// Operations of part ${number}
let operations${number} = dynamic(["KeyDelete", "KeyPurge", "KeyBackup", "SecretDelete${number}"]);
let found${number} = AzureDiagnostics
| where ResourceType =~ "MANAGEDHSMS" and OperationName in~ (operations${number})
| extend Caller = column_ifexists("CallerIPAddress", ""), Name = tostring(split(requestUri_s, "/")[${number}])
| summarize Events = count(), First = min(TimeGenerated) by Caller, Name, bin(TimeGenerated, 1h);
`;
  let text = '';
  for (let number = 0; text.length < LETTERS - 600; number += 1) text += part(number);
  return `${text}AzureDiagnostics\n${end}`;
}

const at = (list, share) => [...list].sort((one, other) => one - other)[Math.min(list.length - 1, Math.floor(share * list.length))];
const spread = (list) => ({ median: at(list, 0.5), p90: at(list, 0.9), p99: at(list, 0.99), most: at(list, 1) });

const browser = await chromium.launch({ executablePath: `/usr/bin/${process.env.RULESMITH_CHROMIUM ?? 'chromium'}`, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
await page.goto(process.env.RULESMITH_PAGE ?? 'http://127.0.0.1:8080/');
await page.getByRole('button', { name: 'Run the sample logs' }).first().click();
await page.waitForSelector('.badge.fires');
await page.evaluate(() => { location.hash = '#/hunt'; });
await page.waitForSelector('.editor-host[data-analysed]');
await page.locator('.editor-host .cm-content').click();
await page.evaluate(() => {
  window.keys = [];
  const channel = new MessageChannel();
  const waiting = [];
  channel.port1.onmessage = () => waiting.shift()();
  const behind = (then) => {
    waiting.push(then);
    channel.port2.postMessage(0);
  };
  window.addEventListener('keydown', () => {
    const start = performance.now();
    // After the frame's callbacks come style, layout and paint; a message is heard behind them.
    requestAnimationFrame(() => behind(() => window.keys.push(performance.now() - start)));
  }, true);
});
const client = await page.context().newCDPSession(page);
await client.send('Performance.enable');
const metric = async () => Object.fromEntries((await client.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));

async function measured({ before, typed }) {
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(rule(before));
  await page.waitForTimeout(2000);
  const letters = Number(await page.locator('.editor-host').getAttribute('data-analysed'));
  await page.evaluate(() => { window.keys = []; });
  const start = await metric();
  const cpu = [];
  let last = start.ThreadTime;
  for (let key = 0; key < KEYS; key += 1) {
    await page.keyboard.press(typed[key % typed.length] === ' ' ? 'Space' : typed[key % typed.length]);
    await page.waitForTimeout(120);
    const { ThreadTime } = await metric();
    cpu.push((ThreadTime - last) * 1000);
    last = ThreadTime;
  }
  await page.waitForTimeout(500);
  const end = await metric();
  const keys = await page.evaluate(() => window.keys);
  const spent = (name) => ((end[name] - start[name]) * 1000) / KEYS;
  return {
    letters,
    keys: keys.length,
    key_to_frame_ms: spread(keys),
    main_thread_cpu_ms: spread(cpu),
    main_thread_ms_per_key: { all: spent('TaskDuration'), script: spent('ScriptDuration'), layout: spent('LayoutDuration'), style: spent('RecalcStyleDuration') },
  };
}

const found = { processor: `${cpus()[0].model}, ${cpus().length} cores` };
for (const [name, pass] of Object.entries(PASSES)) found[name] = await measured(pass);
await browser.close();
console.log(JSON.stringify(found, null, 2));
