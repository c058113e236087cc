// The pictures of the documents, taken anew when RULESMITH_SCREENSHOT is set. Without it the same way through
// the page is a test that every pictured thing is there.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { RULES, choose, go, open, runSample } from './page.js';
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
  await go(page, 'Proof');
  await page.getByLabel('Generated logs').fill('40');
  await page.getByRole('button', { name: 'Prove all conversions' }).click();
  await expect(page.locator('.proofs .badge.fires')).toHaveCount(RULES);
  await choose(page, 'Mass retrieval');
  await expect(page.locator('.verdict').first()).toBeVisible();
  await take('proof');
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

/** What is typed in the picture of the command line, each with what it is given. */
const TYPED = [
  'rulesmith generate --scenario hsm-all --seed 1 --rows 2000 --end 2026-03-02T00:30:00Z --format jsonl --out logs.jsonl',
  'rulesmith query count.kql --table AzureDiagnostics=logs.jsonl --now 2026-03-02T00:30:00Z',
  'rulesmith convert rules/key-vault/mass-retrieval.yaml --profile key-vault-to-managed-hsm --out converted',
  'rulesmith replay converted/*.yaml --logs logs.jsonl',
];

if (process.env.RULESMITH_SCREENSHOT) {
  test('the command line prints what its guide pictures', async ({ page }) => {
    const folder = mkdtempSync(join(tmpdir(), 'rulesmith-'));
    symlinkSync(resolve('rules'), join(folder, 'rules'));
    writeFileSync(join(folder, 'count.kql'), 'AzureDiagnostics | summarize Events = count() by OperationName | order by Events desc');
    const command = resolve(process.env.RULESMITH_CLI ?? 'target/debug/rulesmith');
    const run = (line) => execFileSync('bash', ['-c', `"${command}"${line.slice('rulesmith'.length)} 2>&1`], { cwd: folder, encoding: 'utf8' });
    const lines = TYPED.flatMap((line) => [['typed', line], ['printed', run(line)]]);
    rmSync(folder, { recursive: true });
    await page.setViewportSize({ width: 1280, height: 640 });
    await page.setContent(`<style>
      body { margin: 0; padding: 24px 28px; background: #12151a; color: #e6e8eb; font: 15px/1.5 ui-monospace, Menlo, Consolas, monospace; }
      pre { margin: 0; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
      .typed { color: #7db7ff; } .typed::before { content: '$ '; color: #6fd49b; }
      .printed { margin-bottom: 14px; }
    </style>`);
    await page.evaluate((all) => {
      for (const [kind, text] of all) {
        const line = document.createElement('pre');
        line.className = kind;
        line.textContent = text;
        document.body.append(line);
      }
    }, lines);
    await expect(page.getByText('1 incident').first()).toBeVisible();
    await picture(page, 'command-line');
  });
}
