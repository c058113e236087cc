// The pictures of the documents, taken anew when RULESMITH_SCREENSHOT is set. Without it the same way through
// the page is a test that every pictured thing is there.
import { expect, test } from '@playwright/test';
import { choose, go, open, runSample } from './page.js';
import { picture } from './picture.js';

test('the page shows what the documents picture', async ({ page }) => {
  const take = async (name) => {
    // What appears moves in; a pointer colours what it is over.
    await page.mouse.move(0, 0);
    await expect(page.locator('.status progress')).toHaveCount(0);
    if (process.env.RULESMITH_SCREENSHOT) await picture(page, name);
  };
  await page.setViewportSize({ width: 1280, height: 800 });
  await open(page);
  await runSample(page);
  await go(page, 'Conversion');
  await expect(page.locator('mark').first()).toBeVisible();
  await take('page');
  await go(page, 'Logs');
  await expect(page.locator('.grid-rows tbody tr[aria-rowindex]').first()).toBeVisible();
  await take('logs');
  await go(page, 'Results');
  await page.getByRole('button', { name: 'Why is nothing found?' }).click();
  await expect(page.locator('.why')).toBeVisible();
  await take('results');
  await go(page, 'Incidents');
  await choose(page, 'Mass retrieval');
  await expect(page.locator('article table').first()).toBeVisible();
  await take('incidents');
  await go(page, 'What if');
  await expect(page.locator('.control').first()).toBeVisible();
  await take('what-if');
  await go(page, 'Tests');
  await expect(page.locator('.test').first()).toBeVisible();
  await take('tests');
  await go(page, 'Export');
  await page.getByRole('button', { name: 'Write the Managed HSM rules' }).click();
  await expect(page.getByRole('button', { name: 'Download', exact: true })).toBeVisible();
  await take('export');
  await go(page, 'Hunt');
  await expect(page.locator('.editor-host[data-analysed]')).toBeVisible();
  await page.getByRole('button', { name: 'Run the query' }).click();
  await expect(page.locator('.chart rect').first()).toBeVisible();
  await take('hunt');
  await go(page, 'Keep and share');
  await expect(page.getByRole('heading', { name: 'What is inside' })).toBeVisible();
  await take('work');
});
