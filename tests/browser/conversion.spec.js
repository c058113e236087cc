// What converted rules watch, which rules there are, and what is likely wrong with them.
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { RULES, byHand, choose, converted, go, open } from './page.js';

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

test('edits of all rules are accepted at once, and counted', async ({ page }) => {
  await open(page);
  await go(page, 'Conversion');
  const all = page.getByRole('region', { name: 'All rules' });
  const left = all.getByRole('listitem').filter({ hasText: 'left' });
  await expect(all).toContainText('5 rules: 5 converted');
  await expect(left).toHaveCount(1);
  await all.getByRole('button', { name: 'Accept all edits to review' }).click();
  await expect(left).toHaveCount(0);
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(left).toHaveCount(1);
  await all.getByRole('button', { name: 'Accept all edits to review' }).click();
  await page.reload();
  await expect(left).toHaveCount(0);
  await all.getByRole('button', { name: 'Refuse all edits to review' }).click();
  await expect(left).toHaveCount(1);
});

test('an edit by hand stands in the place of another, is refused, kept and taken out', async ({ page }) => {
  await open(page);
  await go(page, 'Conversion');
  await choose(page, 'Mass retrieval');
  const before = await converted(page);
  const found = page.locator('.edit').filter({ has: page.locator('strong', { hasText: /^Resource type$/ }) }).first();
  await found.getByRole('button', { name: /^Write it by hand: edit/ }).click();
  await page.getByLabel('Text at this place').fill('"POOLS"');
  await page.getByLabel(/^Note/).fill('as the team agreed');
  const { violations } = await new AxeBuilder({ page }).include('article').analyze();
  expect(violations).toEqual([]);
  await page.getByRole('button', { name: 'Use it' }).click();
  const hand = byHand(page);
  await expect(hand).toContainText('as the team agreed');
  await expect.poll(() => converted(page)).toContain('"POOLS"');
  await expect(page.getByText('An edit by hand takes its place.')).toBeVisible();
  await hand.getByRole('checkbox').uncheck();
  await expect.poll(() => converted(page)).toBe(before);
  await page.reload();
  await choose(page, 'Mass retrieval');
  await expect(hand.getByRole('checkbox')).not.toBeChecked();
  await hand.getByRole('checkbox').check();
  await expect.poll(() => converted(page)).toContain('"POOLS"');
  await hand.getByRole('button', { name: /^Take edit/ }).click();
  await expect(hand).toHaveCount(0);
  await expect.poll(() => converted(page)).toBe(before);
});

test('a profile of one’s own is saved, changed, loaded, kept, and refused where it does not fit', async ({ page }) => {
  await open(page);
  await go(page, 'Conversion');
  await choose(page, 'Mass retrieval');
  await page.getByText('A profile of your own').click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the chosen profile' }).click();
  const text = await readFile(await (await saved).path(), 'utf8');
  const own = text
    .replace('id: key-vault-to-managed-hsm', 'id: to-pools')
    .replace(/^title: .*$/m, 'title: To pools')
    .replace('to: MANAGEDHSMS', 'to: POOLS');
  const field = page.getByLabel('Load a profile');
  const load = (content) => field.setInputFiles({ name: 'mine.yaml', mimeType: 'text/yaml', buffer: Buffer.from(content) });
  await load(own.replace('to: POOLS', "to: ''"));
  await expect(page.getByRole('alert')).toContainText('mine.yaml');
  await expect(page.getByRole('alert')).toContainText(/line \d+/i);
  await load(own);
  const profile = page.getByRole('combobox', { name: 'Profile' });
  await expect(profile).toHaveValue('to-pools');
  await expect.poll(() => converted(page)).toContain('POOLS');
  await page.reload();
  await expect(profile).toHaveValue('to-pools');
  await page.getByText('A profile of your own').click();
  await page.getByRole('button', { name: 'Take this profile out' }).click();
  await expect(profile).toHaveValue('key-vault-to-managed-hsm');
  await expect.poll(() => converted(page)).not.toContain('POOLS');
});

test('many rules are found by words of their name, file, severity and tactics', async ({ page }) => {
  await open(page);
  const field = page.getByRole('searchbox', { name: 'Find rules' });
  await expect(field).toHaveCount(0);
  await page.getByRole('button', { name: 'Add our rules about Managed HSM' }).click();
  await expect(page.locator('tr.rule')).toHaveCount(13);
  await expect(page.locator('tr.rule', { hasText: 'Mass retrieval' }).locator('.severity.low')).toHaveText('Low');
  await field.fill('vault CREDENTIAL access');
  await expect(page.getByText('2 of 13 rules')).toBeVisible();
  await expect(page.locator('tr.rule')).toHaveCount(2);
  await expect(page.locator('tr.rule').first()).toContainText('Credential Access · T1003');
  await go(page, 'Conversion');
  await expect(page.locator('button.rule')).toHaveCount(2);
  await field.fill('');
  await expect(page.locator('button.rule')).toHaveCount(13);
});
