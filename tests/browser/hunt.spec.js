// Free queries on the loaded logs, in the editor over our own language service.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { byHand, converted, go, open, runSample } from './page.js';

/** The editor's text field, inside of its shadow tree. */
const field = (page) => page.locator('.editor-host .cm-content');

/** Goes to the place for queries and waits until its text is coloured. */
async function hunt(page) {
  await go(page, 'Hunt');
  await expect(page.locator('.editor-host[data-analysed]')).toBeVisible();
}

/** Writes another text into the editor. */
async function write(page, text) {
  await field(page).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

async function text(page) {
  const lines = await field(page).locator('.cm-line').allTextContents();
  return lines.join('\n');
}

test('a query runs on the sample logs, draws its chart and lists its rows', async ({ page }) => {
  await open(page);
  await runSample(page);
  await hunt(page);
  await expect(field(page).locator('.keyword', { hasText: 'summarize' })).toBeVisible();
  await page.getByRole('button', { name: 'Run the query' }).click();
  await expect(page.getByRole('img', { name: /^Bar chart of Calls by OperationName/ })).toBeVisible();
  await expect(page.locator('.chart rect').first()).toBeVisible();
  await expect(page.getByRole('region', { name: 'Rows of the query' }).locator('tbody tr[aria-rowindex]').first()).toBeVisible();
  await page.getByText('Values of the chart').click();
  await expect(page.getByRole('region', { name: 'Values of the chart' }).getByRole('rowheader').first()).toBeVisible();
});

test('rows stay while the next query is written, and queries are kept', async ({ page }) => {
  await open(page);
  await runSample(page);
  await hunt(page);
  await write(page, 'AzureDiagnostics | project TimeGenerated, OperationName');
  await page.keyboard.press('Control+Enter');
  const rows = page.getByRole('region', { name: 'Rows of the query' });
  await expect(rows.locator('tbody tr[aria-rowindex]').first()).toBeVisible();
  await rows.evaluate((region) => region.scrollTo(0, 2000));
  await expect.poll(() => rows.evaluate((region) => region.scrollTop)).toBe(2000);
  await write(page, 'AzureDiagnostics | take');
  await expect(page.locator('.editor-host[data-analysed]')).toBeVisible();
  expect(await rows.evaluate((region) => region.scrollTop)).toBe(2000);
  await go(page, 'Rules');
  await hunt(page);
  expect(await text(page)).toBe('AzureDiagnostics | take');
  await page.reload();
  await hunt(page);
  await page.getByText('History').click();
  expect((await page.locator('.hunt .menu-list button').first().boundingBox()).width).toBeGreaterThan(300);
  await page.getByRole('button', { name: 'AzureDiagnostics | project TimeGenerated, OperationName' }).click();
  await expect.poll(() => text(page)).toBe('AzureDiagnostics | project TimeGenerated, OperationName');
});

test('an error is marked, told, and repaired by its quick fix', async ({ page }) => {
  await open(page);
  await runSample(page);
  await hunt(page);
  await write(page, 'AzureDiagnostics | where OperationNam == "KeyGet"');
  const mark = field(page).locator('.cm-lintRange-error');
  await expect(mark).toHaveText('OperationNam');
  await page.getByRole('button', { name: 'Run the query' }).click();
  await expect(page.locator('.hunt .query-error')).toContainText('there is no column or value OperationNam');
  await mark.hover();
  await page.locator('.cm-diagnosticAction', { hasText: 'Write `OperationName`' }).click();
  await expect.poll(() => text(page)).toContain('OperationName ==');
  await expect(mark).toHaveCount(0);
});

test('a quick fix of a text that has just changed is refused', async ({ page }) => {
  await open(page);
  await runSample(page);
  await hunt(page);
  await write(page, 'AzureDiagnostics | where OperationNam == "KeyGet"');
  await field(page).locator('.cm-lintRange-error').hover();
  const action = page.locator('.cm-diagnosticAction', { hasText: 'Write `OperationName`' });
  await expect(action).toBeVisible();
  // The letter and the click come in one task: no answer about the new text can be there.
  const status = await action.evaluate(async (button) => {
    const root = button.getRootNode();
    root.querySelector('.cm-content').focus();
    root.getSelection?.().collapse(root.querySelector('.cm-line').firstChild, 0);
    document.execCommand('insertText', false, 'x');
    await Promise.resolve();
    button.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true }));
    button.click();
    return root.querySelector('[role=status]').textContent;
  });
  expect(status).toContain('has changed meanwhile');
  await expect.poll(() => text(page)).toContain('OperationNam ==');
});

test('columns and functions are completed, hovered and their parameters shown', async ({ page }) => {
  await open(page);
  await runSample(page);
  await hunt(page);
  await write(page, 'AzureDiagnostics | where ');
  await page.keyboard.type('Oper');
  await expect(page.locator('.cm-tooltip-autocomplete li[aria-selected]')).toContainText('OperationName');
  // A list that just opened takes no key, so that nothing is chosen by accident.
  await page.waitForTimeout(300);
  await page.keyboard.press('Enter');
  await expect.poll(() => text(page)).toBe('AzureDiagnostics | where OperationName');
  await write(page, 'AzureDiagnostics | extend n = ');
  await page.keyboard.type('substring(');
  await expect(page.locator('.query-card strong')).toContainText('string');
  await write(page, 'AzureDiagnostics | summarize dcount(OperationName)');
  // Only a mouse that moves points at something, and not while the text is still being analysed.
  await expect(async () => {
    await page.mouse.move(0, 0);
    await field(page).getByText('dcount').hover();
    await expect(page.locator('.query-card')).toContainText('Number of distinct values', { timeout: 2000 });
  }).toPass();
});

test('formatting, renaming and going to a definition work by keyboard', async ({ page }) => {
  await open(page);
  await hunt(page);
  await write(page, 'let limit = 5; AzureDiagnostics | take limit');
  await page.keyboard.press('F12');
  await expect(page.locator('.editor-host [role=status]')).toHaveText('limit is introduced here.');
  await page.keyboard.press('Shift+F12');
  await expect(page.locator('.editor-host [role=status]')).toHaveText('limit stands in 2 places.');
  // The browser shows one selection; several are drawn, as long as there are several.
  await expect(page.locator('.editor-host .cm-selectionBackground')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await expect(page.locator('.editor-host .cm-selectionBackground')).toHaveCount(0);
  await page.keyboard.press('F2');
  const name = page.getByLabel('New name for limit');
  await expect(name).toBeFocused();
  await name.fill('most');
  await page.keyboard.press('Enter');
  await expect.poll(() => text(page)).toBe('let most = 5; AzureDiagnostics | take most');
  await page.keyboard.press('Shift+Alt+F');
  await expect.poll(() => text(page)).toBe('let most = 5;\nAzureDiagnostics\n| take most');
  await page.keyboard.press('Control+z');
  await expect.poll(() => text(page)).toBe('let most = 5; AzureDiagnostics | take most');
});

test('what is pasted can be folded at once', async ({ page }) => {
  await open(page);
  await hunt(page);
  await write(page, 'let names = dynamic([\n"one",\n"two"]);\nAzureDiagnostics\n| where OperationName in (names)\n| count');
  const marks = page.locator('.editor-host .cm-foldGutter').getByTitle('Fold line', { exact: true });
  await expect(marks).toHaveCount(2);
  await marks.last().click();
  await expect(page.locator('.editor-host .cm-foldPlaceholder')).toBeVisible();
  expect(await text(page)).not.toContain('count');
});

test('Escape leaves the editor, so that Tab is no trap', async ({ page }) => {
  await open(page);
  await runSample(page);
  await hunt(page);
  await field(page).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'AzureDiagnostics', exact: true })).toBeFocused();
});

for (const [kind, shape] of [['timechart', 'Line'], ['columnchart', 'Column'], ['piechart', 'Pie'], ['scatterchart', 'Scatter']]) {
  test(`${kind} is drawn without an accessibility violation`, async ({ page }) => {
    await open(page);
    await runSample(page);
    await hunt(page);
    const axis = { timechart: 'bin(TimeGenerated, 1h), ResourceType', piechart: 'OperationName', columnchart: 'OperationName, ResourceType', scatterchart: 'DurationMs = toint(DurationMs)' };
    await write(page, `AzureDiagnostics | summarize Calls = count() by ${axis[kind]} | render ${kind}`);
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('img', { name: new RegExp(`^${shape} chart of Calls`) })).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).exclude('.grid-rows tbody tr:nth-child(n + 5)').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  });
}

test('a keystroke in a rule of 10,000 characters is analysed within a frame or a few', async ({ page }) => {
  await open(page);
  await runSample(page);
  await hunt(page);
  let rule = 'let limit = 25;\nAzureDiagnostics\n';
  for (let number = 0; rule.length < 9_800; number += 1) {
    rule += `| extend Part${number} = iff(OperationName has "Get" and toint(DurationMs) > limit * ${number}, "a", strcat(OperationName, "-${number}"))\n`;
  }
  await write(page, rule);
  await expect(page.locator('.editor-host[data-analysed]')).toBeVisible();
  const milliseconds = await page.evaluate(async () => {
    const host = document.querySelector('.editor-host');
    const content = host.shadowRoot.querySelector('.cm-content');
    content.focus();
    const times = [];
    for (let round = 0; round < 10; round += 1) {
      const wanted = String(Number(host.dataset.analysed) + 1);
      const start = performance.now();
      document.execCommand('insertText', false, ' ');
      while (host.dataset.analysed !== wanted) await new Promise((done) => setTimeout(done));
      times.push(performance.now() - start);
    }
    return times.sort((left, right) => left - right)[5];
  });
  console.log(`${rule.length} characters: ${milliseconds.toFixed(1)} ms from key to colours`);
  expect(milliseconds).toBeLessThan(150);
});

test('the converted query is edited by hand, kept over a reload, and taken back', async ({ page }) => {
  await open(page);
  await go(page, 'Conversion');
  await page.getByRole('button', { name: 'Edit the Managed HSM query' }).click();
  await expect(page.locator('.editor-host[data-analysed]')).toBeVisible();
  await write(page, 'AzureDiagnostics | where OperationName == "KeyDelete"');
  await page.getByRole('button', { name: 'Use this query' }).click();
  await expect(byHand(page).first()).toBeVisible();
  await expect.poll(() => converted(page)).toBe('AzureDiagnostics | where OperationName == "KeyDelete"');
  await page.reload();
  await expect(byHand(page).first()).toBeVisible();
  await page.getByRole('button', { name: 'Take all edits by hand out' }).click();
  await expect(byHand(page)).toHaveCount(0);
});

test('the page in one file has the editor inside', async ({ page, context }) => {
  await context.setOffline(true);
  const dist = process.env.RULESMITH_DIST ?? 'dist';
  await page.goto(`${pathToFileURL(resolve(dist, 'rulesmith.html')).href}#/hunt`);
  await expect(page.locator('.editor-host[data-analysed]')).toBeVisible();
  await expect(field(page).locator('.keyword', { hasText: 'summarize' })).toBeVisible();
});

test('names of tables and columns go into the query where the caret is', async ({ page }) => {
  await open(page);
  await runSample(page);
  await hunt(page);
  await write(page, '');
  const tables = page.getByRole('region', { name: 'Tables' });
  await tables.getByRole('button', { name: 'AzureDiagnostics', exact: true }).click();
  await page.keyboard.insertText(' | distinct ');
  await tables.getByText('28 filled columns').click();
  await tables.getByRole('button', { name: 'OperationName', exact: true }).click();
  await expect.poll(() => text(page)).toBe('AzureDiagnostics | distinct OperationName');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.hunt-found')).toContainText('3 rows');
});

test('a row opens whole beneath the grid, by keyboard too', async ({ page }) => {
  await open(page);
  await runSample(page);
  await hunt(page);
  await write(page, 'AzureDiagnostics | project-reorder OperationName | order by TimeGenerated desc');
  await page.keyboard.press('Control+Enter');
  const grid = page.getByRole('region', { name: 'Rows of the query' });
  await expect(grid.locator('tbody tr[aria-rowindex]').first()).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const row = page.getByRole('region', { name: 'Row 2', exact: true });
  await expect(row.getByRole('row', { name: /^ResourceType MANAGEDHSMS/ })).toBeVisible();
  await expect(page.getByText('Row 2 is open beneath.')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).include('.whole').analyze();
  expect(violations).toEqual([]);
  await row.getByRole('button', { name: 'Close' }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'The whole of row 2', exact: true })).toBeFocused();
});
