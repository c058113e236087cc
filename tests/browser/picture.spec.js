// The picture of the page, on the screen until the page itself is there.
import { expect, test } from '@playwright/test';
import { RULES, addFiles, hold, open, rule } from './page.js';

/** The page's program. */
const PROGRAM = '**/page-*_bg.wasm';

/** What is to be read inside of an element, and where each piece stands. */
function shown(root) {
  const boxes = [...root.querySelectorAll('h1, h2, h3, p, a, button, td, th, input')].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [element.tagName, element.value ?? element.textContent, ...[x, y, width, height].map(Math.round)].join(' ');
  });
  return boxes.filter((box) => !box.endsWith(' 0 0'));
}

test('the picture is what the page shows, at the same places', async ({ page }) => {
  const go = await hold(page, PROGRAM);
  await page.goto('./');
  await expect(page.locator('#picture .rule')).toHaveCount(RULES);
  const picture = await page.locator('#picture').evaluate(shown);
  go();
  await expect(page.locator('#picture')).toHaveCount(0);
  expect(await page.locator('body').evaluate(shown)).toEqual(picture);
});

test('what is clicked and typed on the picture is done by the page', async ({ page }) => {
  const go = await hold(page, PROGRAM);
  await page.goto('./');
  await page.getByRole('button', { name: 'Run the sample logs' }).click();
  await page.keyboard.press('Control+k');
  go();
  await expect(page.locator('.badge.fires')).toHaveCount(RULES);
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
});

test('the focus stays where it is when the page takes the place of its picture', async ({ page }) => {
  const go = await hold(page, PROGRAM);
  await page.goto('./');
  await page.getByRole('button', { name: 'Take the tour' }).focus();
  go();
  await expect(page.locator('#picture')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Take the tour' })).toBeFocused();
});

/** Types a text that is no time into the picture's field of the time. */
async function typeOnPicture(page) {
  const go = await hold(page, PROGRAM);
  await page.goto('./');
  await page.locator('#picture').getByLabel('Run at').fill('next week');
  return go;
}

test('what was typed into a field of the picture is done by the page', async ({ page }) => {
  const go = await typeOnPicture(page);
  await page.keyboard.press('Tab');
  go();
  await expect(page.locator('#picture')).toHaveCount(0);
  await expect(page.getByRole('alert')).toContainText('next week is not a time');
});

test('who is typing into a field of the picture goes on in that of the page', async ({ page }) => {
  const go = await typeOnPicture(page);
  go();
  await expect(page.locator('#picture')).toHaveCount(0);
  const field = page.getByLabel('Run at');
  await expect(field).toBeFocused();
  await page.keyboard.type('end');
  await expect(field).toHaveValue('next weekend');
  await expect(page.getByRole('alert')).toBeEmpty();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('alert')).toContainText('next weekend is not a time');
});

test('who has typed into a field of the picture need type no more', async ({ page }) => {
  const go = await typeOnPicture(page);
  go();
  await expect(page.locator('#picture')).toHaveCount(0);
  await expect(page.getByLabel('Run at')).toHaveValue('next week');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('alert')).toContainText('next week is not a time');
});

test('who has work of their own sees it, and no picture', async ({ page }) => {
  await open(page);
  await addFiles(page, [{ name: 'own.yaml', text: rule('My own') }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  const go = await hold(page, PROGRAM);
  await page.reload();
  await expect(page.locator('#picture')).toHaveCount(0);
  go();
  await expect(page.locator('.rule', { hasText: 'My own' })).toBeVisible();
});

test('a page that cannot start says so in place of its picture', async ({ page }) => {
  await page.route('**/page-*_bg.wasm', (route) => route.abort());
  await page.goto('./');
  await expect(page.getByRole('alert')).toContainText('Rulesmith did not start');
});

test('a page that cannot start says so also where there is no picture', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, serviceWorkers: 'block' });
  const page = await context.newPage();
  await open(page);
  await page.route('**/page-*_bg.wasm', (route) => route.abort());
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('Rulesmith did not start');
  await context.close();
});

test('what failed is not told any more once the page is there', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, serviceWorkers: 'block' });
  const page = await context.newPage();
  await open(page);
  const go = await hold(page, PROGRAM);
  await page.reload({ waitUntil: 'commit' });
  await page.waitForFunction(() => document.readyState !== 'loading');
  await page.evaluate(() => { Promise.reject(new Error('of something else')); });
  await expect(page.getByRole('alert')).toContainText('of something else');
  go();
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await expect(page.getByText('of something else')).toHaveCount(0);
  await context.close();
});

test('what is dropped or pasted on the picture is taken by the page', async ({ page }) => {
  for (const kind of ['drop', 'paste']) {
    const go = await hold(page, PROGRAM);
    await page.goto('about:blank');
    await page.goto('./');
    const text = rule(`By ${kind}`);
    const isLeftToTheBrowser = await page.evaluate(([kind, text]) => {
      const data = new DataTransfer();
      if (kind === 'drop') data.items.add(new File([text], 'dropped.yaml'));
      else data.setData('text/plain', text);
      const Kind = kind === 'drop' ? DragEvent : ClipboardEvent;
      return document.body.dispatchEvent(new Kind(kind, { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data }));
    }, [kind, text]);
    expect(isLeftToTheBrowser).toBe(false);
    go();
    await expect(page.locator('.rule', { hasText: `By ${kind}` })).toBeVisible();
  }
});
