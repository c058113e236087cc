// Browser tests of the release build. `cargo xtask test` serves the page and names its address and the
// browser in the environment.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests/browser',
  outputDir: 'target/browser-tests',
  reporter: 'list',
  workers: 1,
  timeout: 60_000,
  // A machine that tests is slower than one that is worked at.
  expect: { timeout: 15_000 },
  use: {
    baseURL: process.env.RULESMITH_PAGE ?? 'http://127.0.0.1:8080/',
    launchOptions: {
      executablePath: `/usr/bin/${process.env.RULESMITH_CHROMIUM ?? 'chromium'}`,
      args: ['--no-sandbox'],
    },
    viewport: { width: 1440, height: 1000 },
  },
});
