// The export place: every format, the steps around it, the query, and a log to share.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { go, open, runSample } from './page.js';

async function write(page, format) {
  await page.getByRole('region', { name: 'Files' }).getByRole('combobox').selectOption(format);
  await page.getByRole('button', { name: 'Write the Managed HSM rules' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const file = await download;
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

test('every format is written, read back and downloaded', async ({ page }) => {
  await open(page);
  await go(page, 'Export');
  const bicep = await write(page, 'bicep');
  expect(bicep.bytes.toString()).toContain("'Microsoft.SecurityInsights/alertRules@");
  await expect(page.getByRole('region', { name: /^Check of/ }).first()).toContainText('No place in this format');
  const terraform = await write(page, 'terraform');
  expect(terraform.name).toBe('managed-hsm-rules.tf');
  expect(terraform.bytes.toString()).toContain('azurerm_sentinel_alert_rule_nrt');
  const yaml = await write(page, 'yaml');
  expect(yaml.bytes.toString()).toContain('entityMappings:');
  await expect(page.getByRole('region', { name: /^Check of/ }).first()).toContainText('The file says what the rule says.');
  const automation = await write(page, 'automation');
  expect(JSON.parse(automation.bytes).resources[0].type).toContain('automationRules');
  const zip = await write(page, 'package');
  expect(zip.bytes.subarray(0, 2).toString()).toBe('PK');
});

test('fields fill the commands, are checked, and come back after a reload', async ({ page }) => {
  await open(page);
  await go(page, 'Export');
  const around = page.getByRole('region', { name: 'Before and after' });
  await around.getByLabel('Managed HSM').fill('hsm-prod');
  await around.getByLabel('Resource group').fill('rg-soc');
  await around.getByText('Try the rules').click();
  await expect(around).toContainText('az keyvault key delete --hsm-name hsm-prod --name rulesmith-test');
  await around.getByLabel('Managed HSM').fill('hsm; reboot');
  await expect(around.getByRole('alert')).toContainText('no name that Azure takes');
  await around.getByLabel('Managed HSM').fill('hsm-two');
  await page.reload();
  await expect(around.getByLabel('Managed HSM')).toHaveValue('hsm-two');
});

test('the query of the back-test has links that are followed by a click only', async ({ page }) => {
  await open(page);
  await runSample(page);
  await go(page, 'Export');
  const part = page.getByRole('region', { name: 'On the real log' });
  await part.getByLabel('Azure Data Explorer, cluster/database').fill('help.kusto.windows.net/Samples');
  await part.getByRole('button', { name: 'Write the query' }).click();
  await expect(part.getByLabel('Query of the back-test')).toContainText('RunTime');
  const link = part.getByRole('link', { name: 'Open in Azure Data Explorer' });
  await expect(link).toHaveAttribute('href', /^https:\/\/dataexplorer\.azure\.com\/clusters\/help\.kusto\.windows\.net\/databases\/Samples\?query=/);
  await expect(link).toHaveAttribute('rel', /noreferrer/);
});

test('a log is shared without its names', async ({ page }) => {
  await open(page);
  await go(page, 'Export');
  const part = page.getByRole('region', { name: 'Share a log without names' });
  await part.getByLabel('Seed').fill('42');
  const row = JSON.stringify({ OperationName: 'KeyGet', TimeGenerated: '2026-03-01T10:00:00Z', CallerIPAddress: '203.0.113.9' });
  await part.getByLabel('Log file').setInputFiles({ name: 'log.jsonl', mimeType: 'text/plain', buffer: Buffer.from(row) });
  const download = page.waitForEvent('download');
  await part.getByRole('button', { name: 'Download redacted-log.jsonl' }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  expect(text).toContain('KeyGet');
  expect(text).not.toContain('203.0.113.9');
});
