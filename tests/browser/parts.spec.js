// Page and worker come in two parts: the first use needs only the first, and the rest is there when it is needed.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { go, open, runSample } from './page.js';

const { later } = JSON.parse(readFileSync('web/download-budget.json', 'utf8'));
const isLater = (address) => later.some((ending) => address.pathname.endsWith(ending));

// A service worker would load everything.
test.use({ serviceWorkers: 'block' });

test('the first use needs no file that is loaded later', async ({ page, context }) => {
  const waited = [];
  await context.route(isLater, (route) => {
    if (route.request().resourceType() === 'xhr') waited.push(route.request().url());
    return route.abort();
  });
  await open(page);
  await runSample(page);
  expect(waited).toEqual([]);
});

test('what is called before the rest is there loads it at once', async ({ page, context }) => {
  const loaded = [];
  await context.route(isLater, (route) => {
    const request = route.request();
    // Nothing arrives in the background.
    if (request.resourceType() === 'fetch') return route.abort();
    loaded.push(request.url());
    return route.continue();
  });
  await open(page);
  await runSample(page);
  await go(page, 'Proof');
  await go(page, 'Export');
  await page.getByRole('button', { name: 'Write the Managed HSM rules' }).click();
  await expect(page.getByLabel('Deploy command: Deploy managed-hsm-rules.json')).toBeVisible();
  const parts = loaded.filter((address) => address.endsWith('_rest.wasm'));
  expect(parts.length).toBe(2);
});

test('what was loaded at once is loaded again by the same browser', async ({ page, context }) => {
  await context.route(isLater, (route) => (route.request().resourceType() === 'fetch' ? route.abort() : route.continue()));
  await open(page);
  await runSample(page);
  for (let visit = 0; visit < 2; visit += 1) {
    await go(page, 'Proof');
    await page.goto('about:blank');
    await open(page);
  }
});

test('tables of characters and numbers are there when a query needs them', async ({ page }) => {
  await page.goto('./#hunt');
  await page.locator('.editor-host[data-analysed]').waitFor();
  await page.locator('.editor-host .cm-content').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(String.raw`print One = "αβγ" matches regex @"^\p{Greek}+$", Other = "Ⅷ" matches regex @"^\p{Nl}$", Neither = "b" matches regex @"\p{Lu}", Upper = toupper("äđ"), Lower = tolower("ŠΣ"), Number = 1.2345678901234568e-300`);
  await page.getByRole('button', { name: 'Run the query' }).click();
  const row = page.getByRole('region', { name: 'Rows of the query' }).locator('tbody tr[aria-rowindex]').first();
  await expect(row.getByRole('cell')).toHaveText(['1', 'true', 'true', 'false', 'ÄĐ', 'šσ', '1.2345678901234568E-300']);
});
