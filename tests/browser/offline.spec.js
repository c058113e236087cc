// Without a network, from disk, in several tabs, after a reload: the page works and nothing is lost.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { RULES, addFiles, go, open, record, rule, runSample } from './page.js';

test('with the network cut the page opens and runs', async ({ page, context }) => {
  await open(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.setOffline(true);
  await page.reload();
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await runSample(page);
  await go(page, 'Export');
  await page.getByRole('button', { name: 'Write the Managed HSM rules' }).click();
  await expect(page.getByLabel('Deploy command: Deploy managed-hsm-rules.json')).toBeVisible();
});

test('the page in one file runs from disk, asks for nothing, and keeps its work', async ({ page, context }) => {
  await context.setOffline(true);
  const asked = [];
  page.on('request', (request) => /^https?:/.test(request.url()) && asked.push(request.url()));
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const dist = process.env.RULESMITH_DIST ?? 'dist';
  await page.goto(pathToFileURL(resolve(dist, 'rulesmith.html')).href);
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await runSample(page);
  await addFiles(page, [{ name: 'good.yaml', text: rule('Mine') }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  await page.reload();
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  expect(asked).toEqual([]);
  expect(errors).toEqual([]);
});

test('two tabs have each their own work', async ({ page, context }) => {
  await open(page);
  await addFiles(page, [{ name: 'one.yaml', text: rule('First tab') }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  const other = await context.newPage();
  await open(other);
  await addFiles(other, [{ name: 'two.yaml', text: rule('Second tab') }]);
  await expect(other.locator('.rule')).toHaveCount(RULES + 1);
  await page.reload();
  await expect(page.locator('.rule').last()).toContainText('First tab');
  await other.reload();
  await expect(other.locator('.rule').last()).toContainText('Second tab');
});

test('log files are kept when the user wants it, and cleared for good', async ({ page }) => {
  await open(page);
  await addFiles(page, [{ name: 'mine.jsonl', text: record('2026-04-01T10:00:00Z', 'KeyGet') }]);
  await go(page, 'Logs');
  await expect(page.locator('.log')).toHaveCount(1);
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('mine.jsonl: these log files are not loaded');
  await addFiles(page, [{ name: 'mine.jsonl', text: record('2026-04-01T10:00:00Z', 'KeyGet') }]);
  await expect(page.locator('.log')).toHaveCount(1);
  await page.getByLabel('Keep my log files in this browser').check();
  // Writing to the browser's store ends some time after the click.
  await expect.poll(() => keptFiles(page)).toBe(1);
  await page.reload();
  await expect(page.locator('.log')).toHaveCount(1);
  await expect(page.getByRole('alert')).toBeEmpty();
  await page.getByRole('button', { name: 'Clear everything this page keeps' }).click();
  await page.getByRole('button', { name: 'Clear everything now' }).click();
  await expect(page.locator('.log')).toHaveCount(0);
  await expect.poll(() => keptFiles(page)).toBe(0);
});

/** Number of log files in the browser's store. */
function keptFiles(page) {
  return page.evaluate(async () => {
    // Opening would make a database where there is none.
    const known = await indexedDB.databases();
    if (!known.some(({ name }) => name === 'rulesmith')) return 0;
    const database = await new Promise((resolve) => {
      indexedDB.open('rulesmith', 1).onsuccess = (event) => resolve(event.target.result);
    });
    if (!database.objectStoreNames.contains('files')) return 0;
    const count = await new Promise((resolve) => {
      database.transaction('files').objectStore('files').count().onsuccess = (event) => resolve(event.target.result);
    });
    database.close();
    return count;
  });
}
