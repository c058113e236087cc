// Accessibility of what opens inside of the places, the order of the focus, live regions, reduced motion.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { addFiles, choose, go, open, runSample } from './page.js';

const ALIKE = '.grid-rows tbody tr:nth-child(n + 5)';

async function sound(page, what) {
  const { violations } = await new AxeBuilder({ page }).exclude(ALIKE).analyze();
  expect(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

test('no accessibility violation in what opens inside of the places', async ({ page }) => {
  test.setTimeout(120_000);
  await open(page);
  await addFiles(page, [{ name: 'broken.yaml', text: 'name: [' }]);
  await expect(page.getByRole('alert')).toContainText('broken.yaml');
  await sound(page, 'problems');
  for (const place of ['Results', 'Incidents', 'All rules by time', 'Hunt']) {
    await go(page, place);
    await sound(page, `${place} before there are logs`);
  }
  await page.keyboard.press('Control+k');
  await sound(page, 'commands');
  await page.keyboard.press('Escape');
  await go(page, 'Rules');
  await runSample(page);
  await go(page, 'Conversion');
  await page.getByRole('button', { name: 'Edit the Managed HSM query' }).click();
  await expect(page.locator('.editor-host[data-analysed]')).toBeVisible();
  await sound(page, 'editor of the converted query');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await go(page, 'Results');
  await page.getByRole('button', { name: 'Why is nothing found?' }).click();
  await expect(page.locator('.why')).toBeVisible();
  await page.getByText('How the rows went, step by step').first().click();
  await sound(page, 'why nothing was found');
  await go(page, 'Incidents');
  await choose(page, 'Mass retrieval');
  await page.locator('article table button.link, article table a').first().click();
  await expect(page.locator('.why')).toBeVisible();
  await sound(page, 'an incident');
  await go(page, 'Logs');
  await page.getByText('Columns', { exact: true }).first().click();
  await sound(page, 'choice of columns');
  await go(page, 'What if');
  await page.locator('.control', { hasText: 'triggerThreshold' }).getByRole('button', { name: /Curve/ }).click();
  await expect(page.locator('article svg').first()).toBeVisible();
  await sound(page, 'a curve');
  await go(page, 'Export');
  await page.getByRole('button', { name: 'Write the Managed HSM rules' }).click();
  await page.getByText('Preview', { exact: true }).click();
  await page.getByText('Connect the HSM').click();
  await sound(page, 'a written file');
  await go(page, 'Hunt');
  await page.getByRole('button', { name: 'Run the query' }).click();
  await page.getByText('Values of the chart').click();
  await sound(page, 'a chart with its values');
  await go(page, 'Keep and share');
  await page.getByLabel('With the tests that hold rows of my logs').check();
  await sound(page, 'sharing with rows');
  await page.getByRole('button', { name: 'Clear everything this page keeps…' }).click();
  await sound(page, 'the question before clearing');
});

test('the focus goes through the page in the order of what is seen', async ({ page }) => {
  await open(page);
  const places = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    places.push(await page.evaluate(() => {
      const { activeElement } = document;
      const part = activeElement.closest('.skip, .top, nav.story, main');
      return part ? part.className || part.localName : '';
    }));
  }
  const order = places.filter((part, index) => part && part !== places[index - 1]);
  expect(order.slice(0, 4)).toEqual(['skip', 'top', 'story', 'main']);
});

test('a question gives the focus back to what asked it', async ({ page }) => {
  await open(page);
  await go(page, 'Keep and share');
  const button = page.getByRole('button', { name: 'Clear everything this page keeps…' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();
});

test('what is under way is told in a live region, and nothing moves when it comes and goes', async ({ page }) => {
  await open(page);
  const status = page.locator('.status [role=status]');
  await expect(status).toHaveAttribute('aria-live', 'polite');
  const top = () => page.locator('main').evaluate((main) => main.getBoundingClientRect().top);
  const before = await top();
  await page.evaluate(() => {
    window.told = new Set();
    window.tops = new Set();
    const look = () => {
      window.told.add(document.querySelector('.status [role=status]').textContent);
      window.tops.add(Math.round(document.querySelector('main').getBoundingClientRect().top));
    };
    new MutationObserver(look).observe(document.querySelector('.top'), { subtree: true, childList: true, characterData: true });
  });
  await runSample(page);
  const [told, tops] = await page.evaluate(() => [[...window.told], [...window.tops]]);
  expect(told.some((text) => /sample|rules/i.test(text)), told.join(' / ')).toBe(true);
  expect(tops).toEqual([Math.round(before)]);
  expect(await top()).toBe(before);
});

test('nothing moves for who wants no motion', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page);
  const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((node) => {
    const { transitionDuration, animationName } = getComputedStyle(node);
    return transitionDuration.split(', ').some((time) => parseFloat(time) > 0) || animationName !== 'none';
  }).map((node) => node.outerHTML.slice(0, 80)));
  expect(moving).toEqual([]);
});
