// For everybody: keyboard, contrast, structure, narrow screens. And for nobody else: no request leaves.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { RULES, go, open, runSample } from './page.js';

// Rows of a grid are alike; a few of them tell what all would, in a fraction of the time.
const ALIKE = '.grid-rows tbody tr:nth-child(n + 5)';
const PLACES = ['Rules', 'Conversion', 'Logs', 'Results', 'Incidents', 'Proof', 'All rules by time', 'Export', 'Hunt', 'Tests', 'What if', 'Lint', 'Keep and share'];

test('no request leaves the origin of the page', async ({ page, baseURL }) => {
  const foreign = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(baseURL) && !url.startsWith('blob:') && !url.startsWith('data:')) foreign.push(url);
  });
  await open(page);
  await runSample(page);
  await go(page, 'Export');
  await page.getByRole('button', { name: 'Write the Managed HSM rules' }).click();
  await expect(page.getByLabel('Deploy command: Deploy managed-hsm-rules.json')).toBeVisible();
  expect(foreign).toEqual([]);
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe-inline');
  // The policy itself refuses what the page never tries.
  const blocked = await page.evaluate(() => fetch('https://example.com/').then(() => false, () => true));
  expect(blocked).toBe(true);
});

test('the story works by keyboard alone', async ({ page }) => {
  await open(page);
  const primary = page.getByRole('button', { name: 'Run the sample logs' });
  for (let presses = 0; presses < 10 && !(await primary.evaluate((node) => node === document.activeElement)); presses += 1) {
    await page.keyboard.press('Tab');
  }
  await expect(primary).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('.badge.fires')).toHaveCount(RULES);
});

for (const colorScheme of ['light', 'dark']) {
  test(`no accessibility violation in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await open(page);
    await runSample(page);
    for (const place of PLACES) {
      await go(page, place);
      const { violations } = await new AxeBuilder({ page }).exclude(ALIKE).analyze();
      expect(violations.map(({ id, nodes }) => `${place}: ${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
    }
  });
}

test('nothing overflows sideways on a narrow screen', async ({ page }) => {
  await page.setViewportSize({ width: 380, height: 800 });
  await open(page);
  await runSample(page);
  for (const place of PLACES) {
    await go(page, place);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, place).toBeLessThanOrEqual(0);
  }
});
