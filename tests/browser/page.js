// Steps that the specs share.
import { expect } from '@playwright/test';

export const RULES = 5;

/** Opens the page and waits until it is there, with the bundled rules converted. */
export async function open(page) {
  await page.goto('./');
  await expect(page.locator('#picture')).toHaveCount(0);
  await expect(page.locator('.rule')).toHaveCount(RULES);
}

/** Lets the files of an address pattern come only when the returned function is called. */
export async function hold(page, files) {
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  await page.route(files, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

/** Goes to a place of the page by its link. */
export async function go(page, place) {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: new RegExp(`^${place}`) }).click();
  await expect(page.getByRole('heading', { level: 2, name: place })).toBeVisible();
}

/** Chooses a rule in the list beside it. */
export async function choose(page, rule) {
  await page.locator('button.rule', { hasText: rule }).click();
}

/** Runs the sample logs and waits for the verdicts. */
export async function runSample(page) {
  await page.getByRole('button', { name: 'Run the sample logs' }).click();
  await expect(page.locator('.badge.fires')).toHaveCount(RULES);
}

/** Adds files as if they had been chosen in the dialog. */
export async function addFiles(page, files) {
  await page.locator('input[type=file]').setInputFiles(
    files.map(({ name, text, buffer }) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: buffer ?? Buffer.from(text),
    })),
  );
}

/** Cancels the next long work as soon as the page offers to. */
export async function cancelAtOnce(page) {
  await page.evaluate(() => {
    const observer = new MutationObserver(() => {
      const button = [...document.querySelectorAll('.status button')].find((one) => one.textContent === 'Cancel');
      if (button) {
        observer.disconnect();
        button.click();
      }
    });
    observer.observe(document.body, { subtree: true, childList: true });
  });
}

/** A small rule of our own. */
export function rule(name) {
  return `id: 0b5c3a52-3f0e-4c55-9d0a-6f1f0f6f0001
name: ${name}
kind: NRT
severity: Low
query: |
  AzureDiagnostics
  | where ResourceType == "VAULTS" and OperationName == "KeyDelete"
`;
}

/** A raw audit-log record of a Managed HSM. */
export function record(time, operation) {
  return JSON.stringify({
    time,
    resourceId: '/SUBSCRIPTIONS/11111111-2222-3333-4444-555555555555/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.KEYVAULT/MANAGEDHSMS/HSM-ONE',
    operationName: operation,
    category: 'AuditEvent',
    resultType: 'Success',
    callerIpAddress: '198.51.100.7',
    properties: { requestUri: 'https://hsm-one.managedhsm.azure.net/keys/k', httpStatusCode: 200 },
  });
}

/** The converted query of the chosen rule, without the numbers of its edits. */
export async function converted(page) {
  return page.locator('pre[aria-label="Managed HSM query"]').evaluate((shown) => {
    const query = shown.cloneNode(true);
    query.querySelectorAll('sup').forEach((number) => number.remove());
    return query.textContent;
  });
}

/** The edits by hand of the chosen rule. */
export function byHand(page) {
  return page.locator('.edit').filter({ has: page.locator('strong', { hasText: /^By hand$/ }) });
}
