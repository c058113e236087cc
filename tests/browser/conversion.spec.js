// What converted rules watch, which rules there are, and what is likely wrong with them.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { RULES, choose, go, open } from './page.js';

test('the rules about Managed HSM are added beside those of Key Vault, and taken back', async ({ page }) => {
  await open(page);
  const add = page.getByRole('button', { name: 'Add our rules about Managed HSM' });
  await add.click();
  await expect(page.locator('.rule')).toHaveCount(RULES + 8);
  await expect(add).toBeHidden();
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await add.click();
  await expect(page.locator('.rule')).toHaveCount(RULES + 8);
  await page.reload();
  await expect(page.locator('.rule')).toHaveCount(RULES + 8);
});

test('one rule can watch both kinds of resource', async ({ page }) => {
  await open(page);
  await go(page, 'Conversion');
  await choose(page, 'Mass retrieval');
  const both = page.getByRole('checkbox', { name: /Watch both/ });
  await both.check();
  const converted = page.locator('article');
  await expect(converted).toContainText('"VAULTS", "MANAGEDHSMS"');
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(both).not.toBeChecked();
  await both.check();
  await expect(converted).toContainText('"VAULTS", "MANAGEDHSMS"');
  await page.reload();
  await expect(both).toBeChecked();
});

test('another profile is chosen by its name', async ({ page }) => {
  await open(page);
  await go(page, 'Conversion');
  const profile = page.getByRole('combobox', { name: 'Profile' });
  const before = await page.locator('article').innerText();
  await profile.selectOption({ index: 1 });
  await expect.poll(() => page.locator('article').innerText()).not.toBe(before);
});

test('findings of both versions stand beside each other', async ({ page }) => {
  await open(page);
  await go(page, 'Conversion');
  await choose(page, 'Mass retrieval');
  const findings = page.getByRole('region', { name: 'Lint findings' });
  await expect(findings.locator('.finding').first()).toBeVisible();
  await expect(findings.locator('.finding').first()).toContainText('What to do');
  // On a wide screen too they are told apart by their border.
  await expect(findings.locator('.finding').first()).toHaveCSS('border-left-width', '4px');
  const { violations } = await new AxeBuilder({ page }).include('article').analyze();
  expect(violations).toEqual([]);
});
