// The page begins with the worker's answer to a first visit, which the build has written into it.
import { expect, test } from '@playwright/test';
import { RULES, go, hold, open } from './page.js';

// A service worker would have the worker's module already.
test.use({ serviceWorkers: 'block' });

/** What a worker of its own answers to the first request of a first visit, without the colours of queries. */
function asked() {
  const colourless = (name, value) => (/tokens$/.test(name) ? [] : value instanceof Map ? Object.fromEntries(value) : value);
  return new Promise((resolve, reject) => {
    const worker = new Worker('./worker-loader.js');
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }) => {
      if (data === 'Ready') worker.postMessage({ number: 7, request: { type: 'open', journal: {} } });
      else if (data.Reply) resolve(JSON.parse(JSON.stringify(data.Reply.reply, colourless)));
    };
  });
}

test('the answer in the page is what the worker answers', async ({ page, request }) => {
  const text = await (await request.get('./')).text();
  const [, written] = text.match(/id="first-answer">(.*?)<\/script>/);
  await open(page);
  expect(JSON.parse(written).Reply.reply).toEqual(await page.evaluate(asked));
});

test('who is quicker than the worker goes on, and it does what was asked once it is there', async ({ page }) => {
  const release = await hold(page, '**/worker_bg.wasm');
  await open(page);
  await go(page, 'Conversion');
  await expect(page.getByRole('heading', { name: /^Sensitive operation/ }).first()).toBeVisible();
  await go(page, 'Hunt');
  await page.getByRole('button', { name: 'Run the sample logs' }).click();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible();
  release();
  await expect(page.locator('.editor-host[data-analysed]')).toBeVisible();
  await go(page, 'Results');
  await expect(page.locator('.badge.fires')).toHaveCount(RULES);
  await expect(page.getByRole('alert')).toBeEmpty();
});

test('a worker whose program does not come is missed', async ({ page }) => {
  await page.route('**/worker_bg.wasm', (route) => route.abort());
  await page.goto('./');
  await expect(page.getByRole('alert', { name: 'Problems' })).toContainText('its program did not start');
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await expect(page.getByRole('alert', { name: 'Problems' })).not.toContainText('put aside');
  // What is asked of a worker that is not there is answered by why, and nothing waits for it.
  await page.getByRole('button', { name: 'Run the sample logs' }).click();
  await expect(page.getByRole('alert', { name: 'Problems' })).toContainText('its program did not start');
  await expect(page.getByRole('button', { name: 'Cancel' })).toHaveCount(0);
});
