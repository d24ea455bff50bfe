import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Locator, type Page } from 'playwright-core'
import { findProgram } from '../../sandbox/servers/find-program.ts'

const ARTIFACTS = join(import.meta.dirname, '..', 'artifacts')
const PATIENCE_MS = 20_000

/** The workspace's page in a real browser, used as a person does: by keyboard and pointer. */
export interface SlackPage {
  readonly page: Page
  readonly channel: Locator
  readonly thread: Locator
  readonly home: Locator
  readonly application: Locator
  /** Everything the page complained of in its console. */
  readonly complaints: readonly string[]
  become(userId: string): Promise<void>
  /** Types into the channel's box and sends it. */
  type(text: string): Promise<void>
  /** The newest message that only this person sees. */
  ownMessage(pane: Locator, text: string | RegExp): Locator
  openThread(root: Locator): Promise<void>
  /** Opens the emoji picker of a message and takes one. */
  react(message: Locator, emoji: string): Promise<void>
  /** Keeps a picture in `test/artifacts/<folder>`. */
  shoot(name: string, options?: { readonly dark?: boolean }): Promise<void>
  close(): Promise<void>
}

/** Opens the page in the Chromium of this machine, with a profile of its own that is removed at the end. */
export async function openSlackPage(url: string, folder: string): Promise<SlackPage> {
  const artifacts = join(ARTIFACTS, folder)
  rmSync(artifacts, { recursive: true, force: true })
  mkdirSync(artifacts, { recursive: true })
  const profile = mkdtempSync(join(tmpdir(), 'flytt-chromium-'))
  const browser = await launch(profile)
  const page = browser.pages()[0] ?? (await browser.newPage())
  page.setDefaultTimeout(PATIENCE_MS)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(url)
  const channel = page.getByTestId('channel-pane')
  return {
    page,
    channel,
    thread: page.getByTestId('thread-pane'),
    home: page.getByTestId('home'),
    application: page.getByTestId('application'),
    complaints,
    async become(userId) {
      await page.getByTestId(`persona-${userId}`).click()
    },
    async type(text) {
      await page.getByTestId('composer').click()
      await page.keyboard.type(text)
      await page.keyboard.press('Enter')
    },
    ownMessage: (pane, text) => pane.locator('article.ephemeral').filter({ hasText: text }).last(),
    async openThread(root) {
      await root.locator('[data-testid^="thread-open-"]').first().click()
      await page.getByTestId('thread-pane').waitFor()
    },
    async react(message, emoji) {
      await message.hover()
      await message.locator('[data-testid^="add-reaction-"]').click()
      await page.getByTestId(`pick-${emoji}`).click()
    },
    async shoot(name, { dark = false } = {}) {
      // A pointer that rests on a message brings up its tools and tips.
      await page.mouse.move(0, 0)
      if (dark) await page.emulateMedia({ colorScheme: 'dark' })
      await page.screenshot({ path: join(artifacts, `${name}.png`) })
      if (dark) await page.emulateMedia({ colorScheme: 'light' })
    },
    async close() {
      await browser.close()
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function launch(profile: string): Promise<BrowserContext> {
  const executablePath = findProgram('chromium')
  if (executablePath === null) throw new Error('Chromium is not installed.')
  return chromium.launchPersistentContext(profile, {
    executablePath,
    viewport: { width: 1600, height: 1000 },
    colorScheme: 'light',
    locale: 'en-GB',
    acceptDownloads: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}
