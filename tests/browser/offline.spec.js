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

/** Goes through every place before and after the sample ran, and does there what the place is for. */
async function walk(page) {
  await expect(page.locator('#picture')).toHaveCount(0);
  const places = await page.locator('nav.story a .step-title').allTextContents();
  expect(places.length).toBe(13);
  for (const place of places) await go(page, place);
  await go(page, 'Rules');
  await runSample(page);
  for (const place of places) {
    await go(page, place);
    await expect(page.locator('#place-title')).toHaveText(place);
    await DEEDS[place]?.(page);
    await expect(page.getByRole('alert').filter({ hasText: /\S/ }), place).toHaveCount(0);
  }
}

/** What is done at a place, and what then is to be seen. */
const DEEDS = {
  Logs: (page) => expect(page.getByRole('region', { name: 'Rows of the log' }).locator('tbody tr').nth(2)).toBeVisible(),
  Results: async (page) => {
    await page.getByRole('button', { name: 'Why is nothing found?' }).click();
    await expect(page.locator('.why')).toBeVisible();
  },
  Incidents: async (page) => {
    await page.getByRole('region', { name: 'Incidents' }).getByRole('button').first().click();
    await expect(page.locator('.incident-facts')).toBeVisible();
  },
  Proof: async (page) => {
    await page.getByRole('spinbutton').first().fill('5');
    await page.getByRole('button', { name: 'Prove this conversion' }).click();
    await expect(page.getByText('Not proved yet')).toHaveCount(0, { timeout: 30_000 });
  },
  Export: async (page) => {
    await page.getByRole('button', { name: 'Write the Managed HSM rules' }).click();
    await expect(page.getByText('read back and compared with the rules')).toBeVisible();
  },
  Lint: (page) => expect(page.locator('.finding').first()).toBeVisible(),
  'All rules by time': (page) => expect(page.locator('.event').first()).toBeVisible(),
  'What if': async (page) => {
    await page.getByRole('button', { name: 'Compare' }).click();
    await expect(page.locator('.totals')).toBeVisible({ timeout: 30_000 });
  },
  Tests: (page) => expect(page.getByText(/^\d+ tests, \d+ passed, 0 did not/)).toBeVisible({ timeout: 30_000 }),
  Hunt: async (page) => {
    await expect(page.locator('.editor-host[data-analysed]')).toBeVisible();
    await page.getByRole('button', { name: 'Run the query' }).click();
    await expect(page.getByRole('img', { name: /^Bar chart/ })).toBeVisible();
  },
  'Keep and share': (page) => expect(page.getByRole('button', { name: 'Copy the address' })).toBeVisible(),
};

/** What goes wrong in a page while it is used. */
function wrongs(page) {
  const found = [];
  page.on('pageerror', (error) => found.push(error.message));
  page.on('console', (message) => message.type() === 'error' && found.push(message.text()));
  return found;
}

test('every place works with the network cut', async ({ page, context }) => {
  test.setTimeout(240_000);
  await open(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.setOffline(true);
  await page.reload();
  const found = wrongs(page);
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await walk(page);
  expect(found).toEqual([]);
});

test('every place works in the one file, from disk, with the network cut', async ({ page, context }) => {
  test.setTimeout(240_000);
  await context.setOffline(true);
  const found = wrongs(page);
  await page.goto(pathToFileURL(resolve(process.env.RULESMITH_DIST ?? 'dist', 'rulesmith.html')).href);
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await walk(page);
  expect(found).toEqual([]);
});

test('the page can be installed', async ({ page, context }) => {
  await open(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const client = await context.newCDPSession(page);
  const { url, errors } = await client.send('Page.getAppManifest');
  expect(url).toMatch(/manifest\.webmanifest$/);
  expect(errors).toEqual([]);
  // Tests run in a window that keeps nothing, which is the one thing that hinders once the icon is there.
  const hinders = async () => {
    const { installabilityErrors } = await client.send('Page.getInstallabilityErrors');
    return installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito');
  };
  await expect.poll(hinders).toEqual([]);
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
