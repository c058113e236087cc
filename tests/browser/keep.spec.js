// Nothing is lost, and nothing leaves unseen: paste, addresses with rules, work put aside, several tabs,
// everything as one file, and clearing that clears.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { RULES, addFiles, go, open, record, rule } from './page.js';

/** Pastes a text where the focus is. */
async function paste(page, text) {
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    const target = document.activeElement ?? document.body;
    target.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test('a rule and a log that are pasted are read as if they had been dropped', async ({ page }) => {
  await open(page);
  await paste(page, rule('Pasted one'));
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  await expect(page.locator('.rule').last()).toContainText('Pasted one');
  await paste(page, rule('Pasted two'));
  await expect(page.locator('.rule')).toHaveCount(RULES + 2);
  await paste(page, record('2026-04-01T10:00:00Z', 'KeyGet'));
  await go(page, 'Logs');
  await expect(page.locator('.log')).toContainText('Pasted text 3');
  await paste(page, 'neither a rule nor a log');
  await expect(page.getByRole('alert')).toContainText('Pasted text 4');
});

test('a field takes what is pasted into it', async ({ page }) => {
  await open(page);
  await page.getByLabel('Run at (UTC)').focus();
  await paste(page, rule('Not a rule here'));
  await go(page, 'Rules');
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await expect(page.getByRole('alert')).toBeEmpty();
});

test('an address with rules says what it would change and runs nothing by itself', async ({ page, context, baseURL }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page);
  await addFiles(page, [{ name: 'one.yaml', text: rule('Shared rule') }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  await go(page, 'Keep and share');
  const share = page.locator('section', { has: page.getByRole('heading', { name: 'Share rules' }) });
  await expect(share).toContainText('6 rules');
  await expect(share).toContainText('No row of a log.');
  await share.getByRole('button', { name: 'Copy the address' }).click();
  await expect(share).toContainText('Address copied.');
  const address = await page.evaluate(() => navigator.clipboard.readText());
  expect(address.startsWith(baseURL)).toBe(true);

  const other = await (await context.browser().newContext()).newPage();
  const asked = [];
  other.on('request', (request) => asked.push(request.url()));
  await other.goto(address);
  const received = other.locator('section', { has: other.getByRole('heading', { name: 'Somebody shared rules with you' }) });
  await expect(received).toContainText('The rule is added.');
  // What is behind # goes to no server.
  expect(asked.filter((url) => url.includes('work/'))).toEqual([]);
  await go(other, 'Rules');
  await expect(other.locator('.rule')).toHaveCount(RULES);
  await other.goBack();
  await received.getByRole('button', { name: 'Open it' }).click();
  await expect(other.locator('.rule')).toHaveCount(RULES + 1);
  await expect(other.locator('.badge.fires')).toHaveCount(0);
  await other.getByRole('button', { name: 'Undo' }).click();
  await expect(other.locator('.rule')).toHaveCount(RULES);
  await other.context().close();
});

test('a cut address is refused with a remedy', async ({ page }) => {
  await page.goto('./#/keep/abcdef');
  await expect(page.locator('.query-error')).toContainText('the address is cut or changed; ask for the address again');
});

test('rows go along only with pseudonyms, which are shown before', async ({ page }) => {
  await open(page);
  const rows = ['KeyGet', 'KeyDelete'].map((operation) => record('2026-04-01T10:00:00Z', operation));
  await addFiles(page, [{ name: 'mine.jsonl', text: rows.join('\n') }]);
  await go(page, 'Tests');
  await page.getByRole('button', { name: 'Add a test from the loaded log' }).click();
  await expect(page.locator('.test', { hasText: 'On mine.jsonl' })).toBeVisible();
  await go(page, 'Keep and share');
  const share = page.locator('section', { has: page.getByRole('heading', { name: 'Share rules' }) });
  await expect(share).toContainText('1 test with rows of yours stay here');
  await share.getByLabel('With the tests that hold rows of my logs').check();
  await share.getByLabel('Seed of the pseudonyms').fill('spring');
  await expect(share).toContainText('2 rows of your logs, with pseudonyms');
  await expect(share.getByRole('region', { name: 'Names and their pseudonyms' })).toContainText('198.51.100.7');
  const download = page.waitForEvent('download');
  await share.getByRole('button', { name: 'Save as a file' }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  expect(text).not.toContain('198.51.100.7');
  expect(text).not.toContain('hsm-one');
});

test('everything is saved as one file and taken over elsewhere, logs too', async ({ page, browser, baseURL }) => {
  await open(page);
  await addFiles(page, [
    { name: 'one.yaml', text: rule('Mine') },
    { name: 'mine.jsonl', text: record('2026-04-01T10:00:00Z', 'KeyGet') },
  ]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  await go(page, 'Keep and share');
  await page.getByLabel('With my log files').check();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save everything' }).click();
  const file = await (await download).path();
  const context = await browser.newContext({ baseURL });
  const other = await context.newPage();
  await open(other);
  await go(other, 'Keep and share');
  await other.getByLabel('Open a saved file').setInputFiles(file);
  const section = other.locator('section', { has: other.getByRole('heading', { name: 'Everything as one file' }) });
  await expect(section).toContainText('Rule files: one.yaml.');
  await expect(section).toContainText('Log files: mine.jsonl.');
  await section.getByRole('button', { name: 'Take it over' }).click();
  await expect(other.locator('.rule')).toHaveCount(RULES + 1);
  await go(other, 'Logs');
  await expect(other.locator('.log')).toContainText('mine.jsonl');
  await other.getByRole('button', { name: 'Undo' }).click();
  await go(other, 'Rules');
  await expect(other.locator('.rule')).toHaveCount(RULES);
  await context.close();
});

test('queries of Hunt go along in everything as one file, those that failed too', async ({ page, browser, baseURL }) => {
  await page.goto('./#/hunt');
  const content = page.locator('.editor-host .cm-content');
  for (const query of ['AzureDiagnostics | take 3', 'AzureDiagnostics | where NoSuchColumn == 1']) {
    await content.focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(query);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Run the query' }).click();
    await expect(page.locator('.hunt .menu-list button', { hasText: query })).toHaveCount(1);
  }
  await go(page, 'Keep and share');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save everything' }).click();
  const context = await browser.newContext({ baseURL });
  const other = await context.newPage();
  await open(other);
  await go(other, 'Keep and share');
  await other.getByLabel('Open a saved file').setInputFiles(await (await download).path());
  await expect(other.getByText('Queries of Hunt: 2.')).toBeVisible();
  await other.getByRole('button', { name: 'Take it over' }).click();
  await go(other, 'Hunt');
  await expect(other.locator('.hunt .menu-list button')).toHaveCount(2);
  await context.close();
});

test('work that was put aside is listed, brought back, and only then forgotten', async ({ page }) => {
  await open(page);
  await addFiles(page, [{ name: 'one.yaml', text: rule('Rescued') }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  // As the page does when the stored work stops its worker again and again.
  await page.evaluate(async () => {
    const database = await new Promise((resolve) => {
      indexedDB.open('rulesmith', 1).onsuccess = (event) => resolve(event.target.result);
    });
    const workspaces = database.transaction('workspaces', 'readwrite').objectStore('workspaces');
    const all = await new Promise((resolve) => (workspaces.getAll().onsuccess = (event) => resolve(event.target.result)));
    for (const one of all) {
      workspaces.put({ ...one, id: `${one.id}-1-aside` });
      workspaces.delete(one.id);
    }
    await new Promise((resolve) => (workspaces.transaction.oncomplete = resolve));
    database.close();
  });
  await page.reload();
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await go(page, 'Keep and share');
  await page.getByRole('button', { name: 'Bring it back' }).click();
  await go(page, 'Rules');
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  await go(page, 'Keep and share');
  await expect(page.getByRole('button', { name: 'Bring it back' })).toHaveCount(0);
  await page.reload();
  await go(page, 'Rules');
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
});

test('a second tab says so, and clearing clears both', async ({ page, context }) => {
  await open(page);
  await addFiles(page, [{ name: 'one.yaml', text: rule('First tab') }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const other = await context.newPage();
  await open(other);
  await expect(other.locator('.status')).toContainText('open in another tab');
  await other.getByRole('button', { name: 'Understood' }).click();
  await expect(other.locator('.status')).not.toContainText('open in another tab');
  await go(other, 'Keep and share');
  await other.getByRole('button', { name: 'Clear everything this page keeps…' }).click();
  const question = other.getByRole('dialog', { name: 'Clear everything?' });
  await question.getByLabel('Remove the offline copy').check();
  await question.getByRole('button', { name: 'Clear everything now' }).click();
  await go(other, 'Rules');
  await expect(other.locator('.rule')).toHaveCount(RULES);
  await go(page, 'Rules');
  await expect(page.locator('.rule')).toHaveCount(RULES);
  const journals = await other.evaluate(async () => {
    const database = await new Promise((resolve) => {
      indexedDB.open('rulesmith', 1).onsuccess = (event) => resolve(event.target.result);
    });
    const all = database.transaction('workspaces').objectStore('workspaces').getAll();
    const found = await new Promise((resolve) => (all.onsuccess = (event) => resolve(event.target.result)));
    database.close();
    return found.map(({ journal }) => journal).join();
  });
  expect(journals).not.toContain('one.yaml');
  expect(await other.evaluate(() => Object.keys(localStorage))).toEqual([]);
  // The page is kept for offline use again, and whole.
  const copied = async () => {
    const [name] = await caches.keys();
    return name ? (await (await caches.open(name)).keys()).length : 0;
  };
  await expect.poll(() => other.evaluate(copied)).toBeGreaterThan(5);
  await context.setOffline(true);
  await other.reload();
  await expect(other.locator('.rule')).toHaveCount(RULES);
});
