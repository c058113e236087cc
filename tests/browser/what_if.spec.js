// What if a rule were set otherwise, and the tests that travel with rules.
import { expect, test } from '@playwright/test';
import { go, open, runSample } from './page.js';

test('a threshold is turned, compared and drawn', async ({ page }) => {
  await open(page);
  await runSample(page);
  await go(page, 'What if');
  await page.locator('.rule', { hasText: 'Mass retrieval' }).click();
  await page.locator('[id="control-readsPerOperation"]').fill('100');
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.locator('.differences li').first()).toContainText('goes away');
  await page.getByRole('button', { name: 'Curve of readsPerOperation' }).click();
  await expect(page.getByRole('region', { name: 'Curve', exact: true }).getByRole('img')).toBeVisible();
});

test('tests run again after a change, and a rule set is looked at before it is opened', async ({ page }) => {
  await open(page);
  await runSample(page);
  await go(page, 'Tests');
  const summary = page.getByRole('region', { name: 'Tests', exact: true }).getByRole('status');
  await expect(summary).toContainText(', 0 did not');
  await expect(page.locator('.test').first()).toBeVisible();
  const before = await page.locator('.test').count();
  await page.getByRole('button', { name: 'Add a test' }).click();
  await expect(page.locator('.test')).toHaveCount(before + 1);
  await page.setInputFiles('#rule-set-file', 'rules/rule-sets/managed-hsm-article.json');
  await expect(page.getByText('Its tests are replaced').first()).toBeVisible();
  await expect(page.locator('.test')).toHaveCount(before + 1);
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page.locator('.test').filter({ hasText: 'Test 1: a key is created and deleted' })).toHaveCount(1);
});
