// The whole story on the sample logs: open, run, review, export.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { RULES, choose, go, open, runSample } from './page.js';

test('on first open the bundled rules are converted and one step is obvious', async ({ page }) => {
  const errors = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  await open(page);
  await expect(page.getByRole('button', { name: 'Run the sample logs' })).toBeEnabled();
  await go(page, 'Conversion');
  await expect(page.getByLabel('Managed HSM query')).toContainText('MANAGEDHSMS');
  await expect(page.getByLabel('Key Vault query')).toContainText('VAULTS');
  await expect(page.locator('.edit').first()).toContainText('Rule id');
  expect(errors).toEqual([]);
});

test('the converted rules fire on the sample and the originals do not', async ({ page }) => {
  await open(page);
  await runSample(page);
  await go(page, 'Results');
  for (const badges of await page.locator('.rule .badges').allInnerTexts()) {
    expect(badges).toContain('Vault: quiet');
    expect(badges).toContain('HSM: fires');
  }
  await expect(page.locator('.outcome.fires .verdict')).toContainText('Fires: 1 row');
  await expect(page.locator('.outcome.fires .entities')).toContainText('198.51.100.24');
  await expect(page.locator('.outcome.quiet')).toContainText('let none of');
});

test('on the vault sample it is the other way round', async ({ page }) => {
  await open(page);
  await go(page, 'Logs');
  await page.getByLabel('Sample').selectOption('vault-all');
  await go(page, 'Results');
  await expect(page.locator('.badge.fires')).toHaveCount(RULES);
  for (const badges of await page.locator('.rule .badges').allInnerTexts()) {
    expect(badges).toContain('Vault: fires');
    expect(badges).toContain('HSM: quiet');
  }
});

test('a review edit changes the converted query and survives a reload', async ({ page }) => {
  await open(page);
  await go(page, 'Conversion');
  const converted = page.getByLabel('Managed HSM query');
  await expect(converted).toContainText('SecretDelete');
  await page.locator('.edit.open input[type=checkbox]').first().check();
  await expect(converted).not.toContainText('SecretDelete');
  await page.reload();
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await expect(converted).not.toContainText('SecretDelete');
});

test('what was done can be taken back and done again', async ({ page }) => {
  await open(page);
  await runSample(page);
  await go(page, 'Conversion');
  const converted = page.getByLabel('Managed HSM query');
  await page.locator('.edit.open input[type=checkbox]').first().check();
  await expect(converted).not.toContainText('SecretDelete');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(converted).toContainText('SecretDelete');
  await page.keyboard.press('Control+Shift+Z');
  await expect(converted).not.toContainText('SecretDelete');
  await page.keyboard.press('Control+Z');
  await expect(converted).toContainText('SecretDelete');
  // Results of rules that did not change hold on.
  await go(page, 'Rules');
  await expect(page.locator('.badge.fires')).toHaveCount(RULES - 1);
});

test('every place and command is reached from the palette', async ({ page }) => {
  await open(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('logs');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 2, name: 'Logs' })).toBeVisible();
  await expect(page.locator('#place')).toBeFocused();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 2, name: 'Rules' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('something else');
  await page.keyboard.press('Escape');
  await expect(page.locator('#commands li')).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('our rules about');
  await page.keyboard.press('Enter');
  await expect(page.locator('.rule')).toHaveCount(RULES + 8);
  await page.keyboard.press('Control+k');
  for (let presses = 0; presses < 20; presses += 1) await page.keyboard.press('ArrowDown');
  const chosen = page.locator('#palette [aria-selected=true]');
  const [inside, list] = [await chosen.boundingBox(), await page.locator('#commands').boundingBox()];
  expect(inside.y + inside.height).toBeLessThanOrEqual(list.y + list.height + 1);
});

test('rows of a log are sorted, filtered and written without formulas', async ({ page }) => {
  await open(page);
  await runSample(page);
  await go(page, 'Logs');
  const rows = page.getByRole('region', { name: 'Rows of the log' });
  await expect(rows.locator('tbody tr').nth(1)).toContainText('AuditEvent');
  await page.getByRole('searchbox', { name: 'Filter' }).fill('keydelete');
  await expect(page.locator('.grid > .facts').first()).toContainText('of 1136 rows');
  await rows.getByRole('button', { name: 'TimeGenerated' }).click();
  await expect(rows.getByRole('columnheader', { name: 'TimeGenerated' })).toHaveAttribute('aria-sort', 'ascending');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  expect(text).toContain('KeyDelete');
  expect(text).not.toContain('KeyGet,');
});

test('a grid draws the cells of the columns in sight, each below its name', async ({ page }) => {
  await open(page);
  await runSample(page);
  await go(page, 'Logs');
  const rows = page.getByRole('region', { name: 'Rows of the log' });
  const heads = rows.locator('thead th');
  const cells = rows.locator('tbody tr[aria-rowindex="5"] td');
  await expect.poll(() => cells.count()).toBeLessThan(await heads.count());
  const last = async () => {
    const head = await heads.last().boundingBox();
    const cell = await cells.last().boundingBox();
    // Cells that were just drawn anew are gone.
    return cell ? [cell.x - head.x, cell.width - head.width].map(Math.abs) : [Infinity];
  };
  await rows.evaluate((region) => (region.scrollLeft = region.scrollWidth));
  await expect.poll(async () => Math.max(...(await last()))).toBeLessThan(1);
  await page.getByText('Columns', { exact: true }).click();
  await page.locator('.menu-list label').last().click();
  await expect.poll(async () => Math.max(...(await last()))).toBeLessThan(1);
  await rows.evaluate((region) => (region.scrollLeft = 0));
  await expect(cells.nth(1)).toBeInViewport();
  const first = await heads.nth(1).boundingBox();
  expect(Math.abs((await cells.nth(1).boundingBox()).x - first.x)).toBeLessThan(1);
});

test('the export is a template of all converted rules, with its command', async ({ page }) => {
  await open(page);
  await go(page, 'Export');
  await page.getByRole('button', { name: 'Write the Managed HSM rules' }).click();
  await expect(page.getByLabel('Deploy command: Deploy managed-hsm-rules.json')).toContainText('az deployment group create');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const template = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
  expect(template.resources).toHaveLength(RULES);
  expect(JSON.stringify(template)).not.toContain('VAULTS');
});

test('the sample replays to its incidents, and the page says when', async ({ page }) => {
  await open(page);
  await runSample(page);
  await go(page, 'Incidents');
  const incidents = page.getByRole('region', { name: 'Incidents' });
  await expect(incidents.locator('tbody tr')).toHaveCount(1);
  await expect(incidents).toContainText('after the last event');
  await expect(page.locator('article .sentences').first()).toContainText('The rule runs every');
  await choose(page, 'near real time');
  await expect(incidents).toContainText('198.51.100.24');
  await page.getByRole('button', { name: 'Replay the schedule' }).click();
  await expect(incidents.locator('tbody tr').first()).toBeVisible();
});
