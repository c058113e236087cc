// Proofs of conversions and comparisons of versions.
import { expect, test } from '@playwright/test';
import { RULES, addFiles, cancelAtOnce, choose, go, open } from './page.js';

test('every conversion is proved, with what was not tried', async ({ page }) => {
  await open(page);
  await go(page, 'Proof');
  await page.getByLabel('Generated logs').fill('40');
  await page.getByRole('button', { name: 'Prove all conversions' }).click();
  await expect(page.locator('.proofs .badge.fires')).toHaveCount(RULES);
  await choose(page, 'Mass retrieval');
  const proof = page.getByRole('region', { name: 'Proof', exact: true });
  await expect(proof.locator('.verdict')).toContainText('Both rules did the same in');
  await expect(proof.getByText('Differences on purpose')).toBeVisible();
  // A decision changes the rule, so its proof no longer counts.
  await go(page, 'Conversion');
  await page.locator('.edit.open').getByRole('checkbox').first().check();
  await go(page, 'Proof');
  await expect(page.locator('.proofs .badge.fires')).toHaveCount(RULES - 1);
});

test('a proof can be cancelled, and those before it stay', async ({ page }) => {
  await open(page);
  await go(page, 'Proof');
  await page.getByLabel('Generated logs').fill('10');
  await page.getByRole('button', { name: 'Prove this conversion' }).click();
  await expect(page.locator('.proofs .badge.fires')).toHaveCount(1);
  await page.getByLabel('Generated logs').fill('100000');
  await choose(page, 'Mass retrieval');
  await cancelAtOnce(page);
  await page.getByRole('button', { name: 'Prove this conversion' }).click();
  await expect(page.getByRole('button', { name: 'Cancel' })).toHaveCount(0);
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await expect(page.locator('.proofs .badge.fires')).toHaveCount(1);
});

test('two versions of a rule are compared', async ({ page }) => {
  const version = (threshold) => `id: 0b5c3a52-3f0e-4c55-9d0a-6f1f0f6f000${threshold}
name: Deleted keys
kind: Scheduled
severity: Low
version: 1.0.${threshold}
queryFrequency: 1d
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
query: |
  let most = ${threshold};
  AzureDiagnostics
  | where ResourceType == "VAULTS" and OperationName == "KeyDelete"
  | summarize Count = count() by CallerIPAddress
  | where Count > most
`;
  await open(page);
  await addFiles(page, [{ name: 'old.yaml', text: version(0) }, { name: 'new.yaml', text: version(1) }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 2);
  await go(page, 'Proof');
  await page.getByLabel('Old version').selectOption({ label: 'Deleted keys 1.0.0' });
  await page.getByLabel('New version').selectOption({ label: 'Deleted keys 1.0.1' });
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const versions = page.getByRole('region', { name: 'Compare two versions' });
  await expect(versions.locator('.verdict')).toContainText('They do different things');
  await expect(versions.getByText('most is now 1, it was 0')).toBeVisible();
  await expect(versions.getByRole('region', { name: '1 row of AzureDiagnostics' })).toBeVisible();
});
