// For those who see the page otherwise: colours of the system, twice the size, rows told by number, and the
// focus after a dialog.
import { expect, test } from '@playwright/test';
import { choose, go, open, runSample } from './page.js';

const PLACES = ['Rules', 'Conversion', 'Logs', 'Results', 'Incidents', 'Proof', 'All rules by time', 'Export', 'Hunt', 'Tests', 'What if', 'Keep and share'];

test('with the colours of the system, what is chosen is still told apart', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await open(page);
  await runSample(page);
  await go(page, 'Results');
  await choose(page, 'Mass retrieval');
  const outline = (one) => one.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(await outline(page.locator('.rule[aria-current="true"]'))).toBe('solid');
  expect(await outline(page.locator('.rule:not([aria-current="true"])').first())).toBe('none');
  expect(await outline(page.locator('.story a[aria-current="page"]'))).toBe('solid');
});

test('at 200 % nothing overflows, and the top leaves most of the screen to the content', async ({ browser, baseURL }) => {
  // What a screen of 1440 by 1000 shows at 200 %.
  const context = await browser.newContext({ baseURL, viewport: { width: 720, height: 500 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  await open(page);
  await runSample(page);
  for (const place of PLACES) {
    await go(page, place);
    const { overflow, covered } = await page.evaluate(() => {
      window.scrollTo(0, 400);
      const top = document.querySelector('.top').getBoundingClientRect();
      return { overflow: document.documentElement.scrollWidth - window.innerWidth, covered: Math.max(0, top.bottom) };
    });
    expect(overflow, place).toBeLessThanOrEqual(0);
    expect(covered, place).toBeLessThan(200);
  }
  await context.close();
});

test('the focus comes back to where a dialog was opened', async ({ page }) => {
  await open(page);
  await go(page, 'Keep and share');
  const clear = page.getByRole('button', { name: 'Clear everything this page keeps…' });
  await clear.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Clear everything?' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(clear).toBeFocused();
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.locator('#palette')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(clear).toBeFocused();
});

test('rows of a grid have their number among all, and what is scrolled to has its own', async ({ page }) => {
  await open(page);
  await runSample(page);
  await go(page, 'Logs');
  const table = page.locator('.grid-rows table');
  const rows = table.locator('tbody tr[aria-rowindex]');
  await expect(rows.first()).toHaveAttribute('aria-rowindex', '2');
  await expect(table.locator('thead tr')).toHaveAttribute('aria-rowindex', '1');
  const count = Number(await table.getAttribute('aria-rowcount'));
  await page.locator('.grid-rows').focus();
  await page.keyboard.press('End');
  await expect(rows.last()).toHaveAttribute('aria-rowindex', String(count));
});

test('Tab passes the rows of a grid, and keys lead to the number of each', async ({ page }) => {
  await open(page);
  await runSample(page);
  await go(page, 'Logs');
  const region = page.locator('.grid-rows');
  await expect(region.locator('tbody button').first()).toBeVisible();
  await region.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Why row 1', exact: true })).toBeFocused();
  const focused = () => page.evaluate(() => document.activeElement.ariaLabel);
  // A key can come before the rows that it leads to.
  for (let presses = 0; presses < 300 && (await focused()) !== 'Why row 61'; presses += 1) await page.keyboard.press('ArrowDown');
  expect(await focused()).toBe('Why row 61');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('button', { name: 'Why row 60', exact: true })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(region.locator(':focus')).toHaveCount(0);
});

test('in a log of more rows than a page is high, wheel and keys pass no row over', async ({ page }) => {
  const ROWS = 400_000;
  const row = (_, number) => `2026-03-01T00:00:00Z,Operation${number}\n`;
  const log = Buffer.from(`TimeGenerated,OperationName\n${Array.from({ length: ROWS }, row).join('')}`);
  await open(page);
  await page.locator('input[type=file]').setInputFiles([{ name: 'long.csv', mimeType: 'text/csv', buffer: log }]);
  await go(page, 'Logs');
  const region = page.locator('.grid-rows');
  await expect(region.locator('table')).toHaveAttribute('aria-rowcount', String(ROWS + 1));
  await region.focus();
  /** Numbers of the rows that are seen whole. */
  const seen = () => region.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const head = element.querySelector('thead').getBoundingClientRect().bottom;
    const whole = (one) => one.getBoundingClientRect().top >= Math.max(top, head) - 1 && one.getBoundingClientRect().bottom <= bottom + 1;
    return [...element.querySelectorAll('tr[aria-rowindex]')].filter((one) => one.closest('tbody') && whole(one)).map((one) => Number(one.ariaRowIndex));
  });
  const first = async () => (await seen())[0];
  await expect.poll(first).toBe(2);
  const bottom = (await seen()).at(-1);
  await page.keyboard.press('PageDown');
  await expect.poll(first).toBeGreaterThan(2);
  expect(await first()).toBeLessThanOrEqual(bottom + 1);
  const before = await first();
  await page.keyboard.press('ArrowDown');
  await expect.poll(first).toBe(before + 1);
  await region.hover();
  await page.mouse.wheel(0, 260);
  await expect.poll(first).toBe(before + 11);
  await page.keyboard.press('PageUp');
  await page.keyboard.press('PageUp');
  await expect.poll(first).toBe(2);
  await page.keyboard.press('End');
  await expect.poll(async () => (await seen()).at(-1)).toBe(ROWS + 1);
});

test('nothing moves while the page opens and the sample runs', async ({ page }) => {
  await page.addInitScript(() => {
    window.moved = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved.push(entry.value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await open(page);
  await runSample(page);
  await page.waitForTimeout(500);
  // Google's bound for a good page is 0.1.
  expect(await page.evaluate(() => window.moved.reduce((sum, value) => sum + value, 0))).toBeLessThan(0.1);
});
