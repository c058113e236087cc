// Findings of all rules: counted, filtered, shown at their place, allowed, taken along.
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { go, open, runSample } from './page.js';

const status = (page) => page.getByRole('region', { name: 'Which findings' }).getByRole('status');
const trap = (page) => page.locator('.finding', { hasText: 'RL0040' });

async function lint(page) {
  await open(page);
  await go(page, 'Lint');
  await expect(trap(page)).toHaveCount(1);
}

test('findings are counted and filtered by code, severity and version', async ({ page }) => {
  await lint(page);
  const all = await page.locator('.finding').count();
  await expect(status(page)).toContainText(`${all} findings`);
  await page.getByRole('button', { name: 'RL0040', exact: true }).click();
  await expect(page.locator('.finding')).toHaveCount(1);
  await expect(status(page)).toContainText('1 finding: 0 errors, 1 warning, 0 notes');
  await page.getByRole('button', { name: 'RL0040', exact: true }).click();
  await expect(page.locator('.finding')).toHaveCount(all);
  await page.getByRole('combobox', { name: 'Severity' }).selectOption('Errors and warnings');
  await expect(page.locator('.finding.level-note')).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Rules' }).selectOption('Key Vault rules');
  await expect(trap(page)).toHaveCount(1);
  await expect(page.locator('.finding details')).toHaveCount(0);
});

test('a place leads into the query and selects its text, by keyboard', async ({ page }) => {
  await lint(page);
  await page.getByRole('button', { name: /RL0040, show line/ }).press('Enter');
  await expect(page.getByRole('heading', { level: 2, name: 'Conversion' })).toBeVisible();
  await expect.poll(() => page.evaluate(() => getSelection().toString())).toBe('bin(TimeGenerated, 1h) in (firstHours)');
  const shown = page.locator('pre[aria-label="Managed HSM query"]');
  await expect(shown).toBeFocused();
  await expect(shown).toBeInViewport();
});

test('a finding is allowed by a comment that travels with the query and outlives a reload', async ({ page }) => {
  await lint(page);
  const finding = trap(page);
  await finding.getByText('Allow RL0040').click();
  await finding.getByLabel('Why it is as meant').fill('the hours are meant');
  await page.keyboard.press('Enter');
  await expect(trap(page)).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'Allowed ones too' }).check();
  await expect(trap(page)).toContainText('Allowed by a comment: the hours are meant.');
  await page.reload();
  await expect(page.locator('.finding').first()).toBeVisible();
  await expect(trap(page)).toHaveCount(0);
});

test('an allowed finding comes back with undo', async ({ page }) => {
  await lint(page);
  const finding = trap(page);
  await finding.getByText('Allow RL0040').click();
  await finding.getByLabel('Why it is as meant').fill('the hours are meant');
  await finding.getByRole('button', { name: 'Write the comment' }).click();
  await expect(trap(page)).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(trap(page)).toHaveCount(1);
});

test('the findings are taken along as SARIF', async ({ page }) => {
  await lint(page);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as SARIF' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('managed-hsm-rules.sarif');
  const log = JSON.parse(await readFile(await file.path(), 'utf8'));
  expect(log.version).toBe('2.1.0');
  expect(log.runs[0].tool.driver.name).toBe('rulesmith');
  const found = log.runs[0].results.find((result) => result.ruleId === 'RL0040');
  expect(found.locations[0].physicalLocation.region.startLine).toBeGreaterThan(10);
});

test('loaded logs are compared with', async ({ page }) => {
  await open(page);
  await runSample(page);
  await go(page, 'Lint');
  await expect(page.getByRole('region', { name: 'Which findings' })).toContainText('values of the loaded logs');
  await page.getByRole('combobox', { name: 'Rules' }).selectOption('Key Vault rules');
  await expect(page.locator('.finding', { hasText: 'RL0046' }).first()).toBeVisible();
});
