// The guided tour: from the empty page to three incidents, by its own controls, by keyboard, left at any time.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { go, open } from './page.js';

const tour = (page) => page.locator('.tour');
const at = (page, title) => expect(tour(page).getByRole('heading')).toHaveText(title);

/** Begins the tour by keyboard, from the commands. */
async function begin(page) {
  await open(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('tour');
  await page.keyboard.press('Enter');
  await at(page, 'Three tests, three incidents');
}

test('the tour goes on when the real controls are used, and ends at three incidents', async ({ page }) => {
  await begin(page);
  await expect(tour(page).getByRole('heading')).toBeFocused();
  // Taking the focus moves nothing.
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  const pointed = page.locator('.tour-target');
  await expect(pointed).toContainText('Conversion');
  await pointed.click();
  await at(page, 'What the conversion changed');
  await expect(pointed).toHaveText('Run the sample logs');
  await pointed.click();
  await at(page, 'What fires');
  await expect(pointed).toContainText('Results');
  await pointed.click();
  await at(page, 'Quiet before, fires after');
  await pointed.click();
  const incidents = page.getByRole('region', { name: 'Incidents' }).or(page.locator('article table')).first();
  for (const title of ['Test 1: a key was deleted', 'Test 2: a key was read 28 times', 'Test 3: an address that is known']) {
    await at(page, title);
    await expect(page.locator('article .verdict').first()).toContainText('1 incident');
    await expect(incidents).toBeVisible();
    await pointed.click();
  }
  await at(page, 'That was the way');
  await expect(page.getByRole('heading', { level: 2, name: 'Export' })).toBeVisible();
  await tour(page).getByRole('button', { name: 'End the tour' }).click();
  await expect(tour(page)).toHaveCount(0);
  await expect(pointed).toHaveCount(0);
});

test('by keyboard alone the tour leads to its end, back, and out', async ({ page }) => {
  await begin(page);
  const press = async (name) => {
    const button = tour(page).getByRole('button', { name });
    for (let presses = 0; presses < 6 && !(await button.evaluate((node) => node === document.activeElement)); presses += 1) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
  };
  await press('Do it for me');
  await at(page, 'What the conversion changed');
  await expect(tour(page).getByRole('heading')).toBeFocused();
  await press('Back');
  await at(page, 'Three tests, three incidents');
  await press('Show me where');
  await expect(page.locator('nav.story a', { hasText: 'Conversion' })).toBeFocused();
  await tour(page).getByRole('button', { name: 'Do it for me' }).focus();
  await page.keyboard.press('Enter');
  await at(page, 'What the conversion changed');
  await page.keyboard.press('Escape');
  await expect(tour(page)).toHaveCount(0);
});

test('the tour hides nothing and has no accessibility violation, also on a narrow screen', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await begin(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  // At the end of the page the panel stands below the content.
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  const last = await page.locator('.overview').boundingBox();
  const panel = await tour(page).boundingBox();
  expect(last.y + last.height).toBeLessThanOrEqual(panel.y + 1);
  await go(page, 'Hunt');
  await expect(tour(page)).toBeVisible();
});
