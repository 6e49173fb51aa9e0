import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'

/** Debian's Chromium, or a Chrome in its place; undefined where there is neither. */
export const chromiumPath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => existsSync(path))

export async function openBrowser(t: Test): Promise<Browser> {
  const browser = await chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A name that is not this machine's own, so that plain http is as it is elsewhere.
      '--host-resolver-rules=MAP elsewhere.test 127.0.0.1',
    ],
  })
  t.teardown(() => browser.close())
  return browser
}

/** A tab of its own, with nothing stored in it. What the browser complains of goes to `complaints`: errors on the console, a broken policy among them, and exceptions that nobody caught. */
export async function openPage(
  t: Test,
  browser: Browser,
  url: string,
  complaints: string[],
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  t.teardown(() => context.close())
  const page = await context.newPage()
  page.on('console', (message) => {
    // A status from 400 on is Chromium's complaint too, and what some of the tests are about.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(url)
  return page
}
