// What was seen on the screen is there after a reload, however soon it comes and however slow the machine is:
// on the served page and on the page in one file.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { RULES, addFiles, go, record, rule } from './page.js';

const ONE_FILE = pathToFileURL(resolve(process.env.RULESMITH_DIST ?? 'dist', 'rulesmith.html')).href;
const RELOADS = 20;
/** How much slower the page runs than the machine could. */
const SLOWER = 6;

/** Reloads from inside the page in the same task in which a number of rules appears: nobody is faster. */
async function reloadAtOnce(page, rules) {
  await page.evaluate((wanted) => {
    const observer = new MutationObserver(() => {
      if (document.querySelectorAll('.rule').length < wanted) return;
      observer.disconnect();
      location.reload();
    });
    observer.observe(document.body, { subtree: true, childList: true });
  }, rules);
}

for (const [what, address] of [['the served page', './'], ['the page in one file', ONE_FILE]]) {
  test(`a file is there after a reload right behind it: ${what}`, async ({ page, context }) => {
    test.setTimeout(600_000);
    const client = await context.newCDPSession(page);
    await page.goto(address);
    await expect(page.locator('#picture')).toHaveCount(0);
    await expect(page.locator('.rule')).toHaveCount(RULES);
    await client.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    for (let round = 1; round <= RELOADS; round += 1) {
      const loaded = page.waitForEvent('load');
      await reloadAtOnce(page, RULES + round);
      await addFiles(page, [{ name: `${round}.yaml`, text: rule(`Rule ${round}`) }]);
      await loaded;
      await expect(page.locator('.rule')).toHaveCount(RULES + round, { timeout: 30_000 });
      await expect(page.locator('.rule').last()).toContainText(`Rule ${round}`);
      await expect(page.locator('.status')).not.toContainText('open in another tab');
    }
  });
}

test('files that come before the stored work is there are added to it', async ({ page }) => {
  await page.goto('./');
  await addFiles(page, [{ name: 'one.yaml', text: rule('First') }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  // The store answers late, as on a busy machine.
  await page.addInitScript(() => {
    const real = IDBObjectStore.prototype.getAll;
    IDBObjectStore.prototype.getAll = function late(...args) {
      const request = real.apply(this, args);
      Object.defineProperty(request, 'onsuccess', {
        set: (then) => request.addEventListener('success', (event) => setTimeout(() => then(event), 1500)),
      });
      return request;
    };
  });
  await page.reload();
  await page.locator('input[type=file]').waitFor({ state: 'attached' });
  await addFiles(page, [{ name: 'two.yaml', text: rule('Second') }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 2);
  await page.reload();
  await expect(page.locator('.rule')).toHaveCount(RULES + 2);
});

test('a query that is being written is there after a reload', async ({ page }) => {
  await page.goto('./#/hunt');
  const content = page.locator('.editor-host .cm-content');
  await content.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('AzureDiagnostics | where Half == "writ');
  await page.reload();
  await expect(content).toContainText('where Half == "writ');
  // The same for a converted query that is not yet taken.
  await go(page, 'Conversion');
  await page.getByRole('button', { name: 'Edit the Managed HSM query' }).click();
  await content.click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText('\n| take 12345');
  await expect(content).toContainText('take 12345');
  await page.reload();
  // Lines out of sight are not drawn.
  await content.click();
  await page.keyboard.press('ControlOrMeta+End');
  await expect(content).toContainText('take 12345');
});

test('a browser without room says so, and keeps what it had', async ({ page }) => {
  await page.goto('./');
  await addFiles(page, [{ name: 'mine.jsonl', text: record('2026-04-01T10:00:00Z', 'KeyGet') }]);
  await go(page, 'Logs');
  await expect(page.locator('.log')).toHaveCount(1);
  await page.getByLabel('Keep my log files in this browser').check();
  await expect(page.getByText("The log files are in the browser's store.")).toBeVisible();
  // The transaction fails at its end, as it does when the disk is full.
  await page.evaluate(() => {
    const real = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function full(...args) {
      const request = real.apply(this, args);
      this.transaction.abort();
      return request;
    };
  });
  await addFiles(page, [{ name: 'more.jsonl', text: record('2026-04-01T10:00:00Z', 'KeyGet') }]);
  await expect(page.locator('.log')).toHaveCount(2);
  await expect(page.getByText('The browser has no room for these log files')).toBeVisible();
  await expect(page.locator('.status')).toContainText('does not keep your work');
  await page.reload();
  await expect(page.locator('.log')).toHaveCount(1);
});

test('a worker that the browser ends without a word is missed, and the work goes on', async ({ page }) => {
  await page.goto('./');
  await addFiles(page, [{ name: 'one.yaml', text: rule('Survivor') }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  await page.workers()[0].evaluate(() => self.close()).catch(() => {});
  await expect(page.getByRole('alert')).toContainText('The worker stopped');
  await page.getByRole('button', { name: 'Remove Survivor' }).click();
  await expect(page.locator('.rule')).toHaveCount(RULES);
});

test('files whose reading a worker did not survive are read again', async ({ page }) => {
  await page.addInitScript(() => {
    const Real = Worker;
    let made = 0;
    globalThis.Worker = class extends Real {
      constructor(...args) {
        super(...args);
        made += 1;
        if (made > 1) return;
        const post = super.postMessage.bind(this);
        this.postMessage = (message, ...rest) => {
          if (!message?.files) return post(message, ...rest);
          // It ends in the middle of the work.
          this.terminate();
          setTimeout(() => this.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' })));
        };
      }
    };
  });
  await page.goto('./');
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await addFiles(page, [{ name: 'one.yaml', text: rule('Survivor') }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  await expect(page.getByRole('alert')).toContainText('The worker stopped');
});
