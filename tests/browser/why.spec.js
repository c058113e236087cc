// Why: from a result to its log rows and back, incidents, all rules on one line of time, charts.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { RULES, go, open, runSample } from './page.js';

const region = (page, name) => page.getByRole('region', { name, exact: true });

/** Opens the page at a place with the results of the sample. */
async function ran(page, place, rule) {
  await open(page);
  await runSample(page);
  await go(page, place);
  if (rule) await page.locator('button.rule').filter({ hasText: rule }).first().click();
}

/** Presses a button with the keyboard. */
async function press(button) {
  await button.focus();
  await button.press('Enter');
}

async function expectNoViolations(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

test('a result row leads to the log rows behind it, and they lead back', async ({ page }) => {
  await ran(page, 'Results', 'Sensitive operation');
  await press(page.locator('.outcome.fires').getByRole('button', { name: 'Why row 1', exact: true }));
  const rows = region(page, 'Rows behind it');
  await expect(rows).toContainText('It rests on 1 log row.');
  await expect(rows).toContainText('OperationName');
  await press(rows.getByRole('button', { name: /^What became of/ }).first());
  await expect(region(page, 'What became of this row')).toContainText('Kept until the end: it is in result row 1.');
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(rows.getByRole('heading').first()).toBeFocused();
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(rows).toHaveCount(0);
  await expect(page.locator('.outcome.fires').getByRole('button', { name: 'Why row 1', exact: true })).toBeFocused();
});

test('an empty result says which condition is to blame', async ({ page }) => {
  await ran(page, 'Results', 'Sensitive operation');
  await page.locator('.outcome.quiet').getByRole('button', { name: 'Why is nothing found?' }).click();
  await expect(region(page, 'Why nothing was found')).toContainText('were not there: 1 row.');
});

test('a log row tells which part of a predicate dropped it', async ({ page }) => {
  await ran(page, 'Logs');
  await page.getByLabel(/became of it under/).selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Why row 1', exact: true }).click();
  await expect(region(page, 'What became of this row')).toContainText('It is in no row of the result.');
  await expectNoViolations(page);
});

test('an incident opens by keyboard, with its alerts and the log rows behind them', async ({ page }) => {
  await ran(page, 'Incidents', 'Sensitive operation');
  await press(region(page, 'Incidents').locator('tbody button').first());
  const incident = region(page, 'Incident');
  for (const text of ['Severity', 'Status', 'New', 'Tactics', 'Techniques', 'Evidence', '198.51.100.24']) {
    await expect(incident).toContainText(text);
  }
  // Beside the rules, not below them.
  const [rules, opened] = [await page.locator('.beside > nav').boundingBox(), await incident.boundingBox()];
  expect(opened.x).toBeGreaterThanOrEqual(rules.x + rules.width);
  await expectNoViolations(page);
  await expect(incident.getByRole('region', { name: 'Log rows', exact: true })).toContainText('OperationName');
  await press(incident.getByRole('list', { name: 'Alerts of this incident by time' }).getByRole('button').first());
  await expect(region(page, 'Rows behind it')).toContainText('OperationName');
  await page.getByRole('button', { name: 'Back' }).click();
  await press(incident.getByRole('button', { name: 'Log rows behind it' }).first());
  await expect(region(page, 'Rows behind it')).toContainText('OperationName');
});

test('an incident of a rule about a series shows its chart, and makes a test by keyboard', async ({ page }) => {
  await ran(page, 'Incidents', 'Unusual number');
  await press(region(page, 'Incidents').locator('tbody button').first());
  const incident = region(page, 'Incident');
  await expect(incident.locator('figure.series').first()).toBeVisible();
  await press(incident.getByRole('button', { name: 'Make a test of this incident' }));
  await expect(incident).toBeVisible();
  await press(incident.getByRole('link', { name: 'Tests' }));
  await expect(page.locator('.test', { hasText: 'Incident “' })).toContainText('passed');
});

test('what Microsoft does not document is chosen in the page, comes back, and can be undone', async ({ page }) => {
  await ran(page, 'Incidents', 'Sensitive operation');
  const panel = region(page, 'What Microsoft does not document');
  const settings = panel.getByLabel(/A rule without incident settings/);
  await panel.getByRole('heading').click();
  await expect(region(page, 'Incidents').locator('tbody tr')).toHaveCount(1);
  await settings.selectOption({ label: 'makes no incident' });
  await expect(region(page, 'Incidents')).toHaveCount(0);
  await expect(panel.getByRole('status')).toHaveText('1 otherwise than proposed');
  await expectNoViolations(page);
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(settings).toHaveValue('create');
  await expect(region(page, 'Incidents').locator('tbody tr')).toHaveCount(1);
  await settings.selectOption('none');
  await expect(panel.getByRole('status')).toHaveText('1 otherwise than proposed');
  await page.reload();
  await expect(settings).toHaveValue('none');
});

test('all rules stand on one line of time, and each incident can be reached', async ({ page }) => {
  await ran(page, 'All rules by time');
  await expect(page.locator('.lane')).toHaveCount(RULES);
  const events = page.getByRole('list', { name: 'Alerts and incidents of all rules by time' });
  await expect(events.locator('.event.incident').first()).toBeVisible();
  await expectNoViolations(page);
  await press(events.locator('.event.incident button').first());
  await expect(region(page, 'Incident')).toContainText('Evidence');
  await press(events.locator('.event.alert button').first());
  await expect(region(page, 'Rows behind it')).toBeVisible();
});

test('the time series of a rule are drawn, with their figures as a table', async ({ page }) => {
  await ran(page, 'Results', 'Unusual number');
  const chart = page.locator('.outcome.fires').getByRole('img', { name: /points from .* anomal/ }).first();
  await expect(chart).toBeVisible();
  await expect(chart.locator('circle.flag')).not.toHaveCount(0);
  const figure = page.locator('.outcome.fires figure.series').first();
  await figure.getByText('The points as a table').click();
  await expect(figure).toContainText('unusually high');
  await expectNoViolations(page);
});
