// Files of the user: rules, logs, broken ones.
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { RULES, addFiles, cancelAtOnce, choose, go, open, record, rule } from './page.js';

test('a broken file names file and line, and the others load', async ({ page }) => {
  await open(page);
  await addFiles(page, [
    { name: 'broken.yaml', text: 'name: [x\nquery: T\n' },
    { name: 'wrong.yaml', text: `${rule('Wrong')}triggerThreshold: 1\n`.replace('kind: NRT', 'kind: Sometimes') },
    { name: 'good.yaml', text: rule('Key deleted in a Key Vault') },
  ]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  const problems = page.getByRole('alert');
  await expect(problems).toContainText('broken.yaml, line');
  await expect(problems).toContainText('wrong.yaml, line 3, field kind');
  await problems.getByRole('button', { name: 'Dismiss' }).click();
  await expect(problems).toBeEmpty();
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  await go(page, 'Logs');
  await expect(problems).toBeEmpty();
});

test('an uploaded rule converts and runs on an uploaded compressed log', async ({ page }) => {
  await open(page);
  await addFiles(page, [
    { name: 'good.yaml', text: rule('Key deleted in a Key Vault') },
    {
      name: 'PT1H.json.gz',
      buffer: gzipSync(`${record('2026-04-01T10:00:00Z', 'KeyGet')}\n{broken\n${record('2026-04-01T10:05:00Z', 'KeyDelete')}\n`),
    },
  ]);
  await go(page, 'Logs');
  const log = page.locator('.log');
  await expect(log).toContainText('gzip, JSON Lines of raw resource logs (Managed HSM)');
  await expect(log).toContainText('2 rows');
  await expect(log).toContainText('Line 2');
  await page.getByRole('button', { name: 'Run all rules' }).click();
  await go(page, 'Results');
  await choose(page, 'Key deleted in a Key Vault');
  await expect(page.locator('.outcome.fires .verdict')).toContainText('1 of 2 minutes');
});

test('text of files is never markup', async ({ page }) => {
  await open(page);
  const name = '<img src=x onerror=document.title=1>';
  await addFiles(page, [{ name: `${name}.yaml`, text: rule(name) }]);
  await expect(page.locator('.rule').last()).toContainText('<img');
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toBe('Rulesmith');
});

test('a stored rule survives a reload', async ({ page }) => {
  await open(page);
  await addFiles(page, [{ name: 'good.yaml', text: rule('Mine') }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  await page.reload();
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
});

test('a large log is streamed; stopping it keeps what was loaded before', async ({ page }, info) => {
  await open(page);
  await addFiles(page, [{ name: 'small.jsonl', text: record('2026-04-01T10:00:00Z', 'KeyGet') }]);
  await go(page, 'Logs');
  await expect(page.locator('.log')).toHaveCount(1);
  const large = info.outputPath('large.jsonl');
  const line = `${record('2026-04-01T10:05:00Z', 'KeyGet')}\n`;
  writeFileSync(large, line.repeat(Math.ceil((120 * 1024 * 1024) / line.length)));
  await cancelAtOnce(page);
  await page.locator('input[type=file]').setInputFiles(large);
  await expect(page.getByRole('alert')).toContainText('large.jsonl: reading was stopped');
  await expect(page.locator('.log')).toHaveCount(1);
  await page.locator('input[type=file]').setInputFiles(large);
  await expect(page.locator('.figures')).toContainText('MiB of memory in the end');
  await expect(page.locator('.log')).toHaveCount(2);
});

const NO_OTHER_WORKER = {
  'refuses another worker': "self.Worker = class { constructor() { throw new Error('refused'); } };",
  'ends another worker at once': `self.Worker = class {
    constructor() { setTimeout(() => this.onerror?.(new Event('error')), 20); }
    postMessage() {}
    terminate() {}
  };`,
};
for (const [what, script] of Object.entries(NO_OTHER_WORKER)) {
  test(`a large log is read whole where the browser ${what}`, async ({ page }, info) => {
    let replaced = false;
    await page.route('**/worker-loader.js', async (route) => {
      replaced = true;
      const response = await route.fetch();
      await route.fulfill({ response, body: `${script}\n${await response.text()}` });
    });
    await open(page);
    const large = info.outputPath('large.csv');
    const rows = 1_000_000;
    const row = (number) => `2026-04-01T10:${String(number % 60).padStart(2, '0')}:00Z,KeyGet,row ${number}\n`;
    const lines = Array.from({ length: rows }, (_, number) => row(number));
    writeFileSync(large, `TimeGenerated,OperationName,Text\n${lines.join('')}`);
    await page.locator('input[type=file]').setInputFiles(large);
    await go(page, 'Logs');
    await expect(page.locator('.log')).toContainText('1,000,000 rows');
    expect(replaced).toBe(true);
  });
}

test('a run that is cancelled ends by itself and keeps the logs', async ({ page }) => {
  let workers = 0;
  page.on('worker', () => (workers += 1));
  await open(page);
  const rows = Array.from({ length: 5000 }, (_, n) => record(`2026-04-01T10:00:${String(n % 60).padStart(2, '0')}Z`, 'KeyGet'));
  await addFiles(page, [{ name: 'mine.jsonl', text: rows.join('\n') }]);
  await go(page, 'Logs');
  await expect(page.locator('.log')).toContainText('5000 rows');
  await cancelAtOnce(page);
  await page.getByRole('button', { name: 'Run all rules' }).click();
  await expect(page.locator('progress')).toHaveCount(0);
  await expect(page.locator('.log')).toContainText('5000 rows');
  await expect(page.locator('.badge.fires')).toHaveCount(0);
  await expect(page.getByRole('alert')).toBeEmpty();
  expect(workers).toBe(1);
});
