import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { WebClient } from '@slack/web-api'
import { startSlackWorkspace, type SlackWorkspace } from '../../sandbox/slack/workspace.ts'
import { openSlackPage, type SlackPage } from '../support/browser.ts'
import { SCENARIO_TIMEOUT_MS, useScenario } from '../support/scenario.ts'
import { pollUntil, requireProgram } from '../support/servers.ts'

/** The longest that one wait for Flytt takes on a busy machine. */
const A_PHASE_MS = 90_000

requireProgram('chromium')('the demonstration, in a browser', () => {
  const scenario = useScenario({
    page: true,
    rateLimits: true,
    inventory: { approvals: { countdown: '3s' }, policy: { stableFor: '2s' } },
  })
  let slack: SlackPage
  beforeAll(async () => {
    slack = await openSlackPage(scenario().sandbox.workspace.url, 'browser-demo')
  }, SCENARIO_TIMEOUT_MS)
  afterAll(async () => {
    await (slack as SlackPage | undefined)?.close()
  }, SCENARIO_TIMEOUT_MS)

  const rootMessage = () => slack.channel.locator('article:not(.ephemeral)').filter({ hasText: 'asked for by' }).last()
  const approvalMessage = () => slack.thread.locator('article').filter({ hasText: 'cutover of shop' }).last()

  test('opens with the channel, the people and an application that writes', async () => {
    await slack.channel.getByText('This is the very beginning of #migrate').waitFor()
    await slack.application.getByText('now on source').waitFor()
    expect(await slack.page.getByTestId('persona-U0OPERATOR').getAttribute('aria-checked')).toBe('true')
    await slack.shoot('01-opened')
  })

  test('answers whatever is typed, and helps while it is typed', async () => {
    await slack.page.getByTestId('composer').click()
    await slack.page.keyboard.type('/migrate ')
    await slack.page.getByTestId('suggestions').waitFor()
    await slack.shoot('02-suggestions')
    await slack.page.keyboard.press('ControlOrMeta+A')
    await slack.page.keyboard.press('Delete')
    await slack.type('/migrate help')
    await slack.ownMessage(slack.channel, '/migrate start').waitFor()
    await slack.type('/migrate stat shop')
    await slack.ownMessage(slack.channel, '/migrate status').waitFor()
    await slack.type('/migrate start shup')
    await slack.ownMessage(slack.channel, 'shup').waitFor()
    await slack.type('/migrate start')
    await slack.ownMessage(slack.channel, 'What shall be started?').waitFor()
    expect(await slack.channel.locator('article.ephemeral').count()).toBe(4)
    await slack.shoot('03-answers')
    await slack.shoot('03-answers-dark', { dark: true })
  })

  test(
    'starts by a typed command and tells in the thread how far it is',
    async () => {
      await slack.type('/migrate start shop')
      await slack.ownMessage(slack.channel, 'shop is started').waitFor()
      await rootMessage().waitFor()
      await slack.openThread(rootMessage())
      await slack.shoot('04-started')
      await slack.thread.getByText('nothing stands in the way').waitFor()
      await slack.shoot('05-audited')
      await approvalMessage().waitFor({ timeout: A_PHASE_MS })
      await rootMessage().getByText('0 of 2 approvals').waitFor()
      for (const words of ['Writes stop for', 'hash equal on both sides', 'Votes 0/2', 'Expires'])
        expect(await approvalMessage().textContent()).toContain(words)
      await slack.shoot('06-approval')
      await slack.shoot('06-approval-dark', { dark: true })
    },
    SCENARIO_TIMEOUT_MS,
  )

  test('counts no vote of the one who asked, nor of a guest, and tells only them', async () => {
    await slack.react(approvalMessage(), 'white_check_mark')
    await slack.ownMessage(slack.thread, 'your vote does not count: you asked for this migration').waitFor()
    await approvalMessage().getByText('asked for it').waitFor()
    await slack.shoot('07-operator-votes')

    await slack.type('/migrate status shop')
    const status = slack.ownMessage(slack.channel, 'Took:')
    await status.getByTestId('button-flytt_status').click()
    await pollUntil(async () => (await slack.channel.getByText('Took:').count()) === 2, {
      describe: 'a button of an answer is answered',
    })
    await slack.shoot('07-status-under-way')

    await slack.become('U0GUEST')
    expect(await slack.ownMessage(slack.thread, 'does not count').count()).toBe(0)
    await approvalMessage().locator('[data-testid$="-white_check_mark"]').click()
    await slack.ownMessage(slack.thread, 'guests of the workspace cannot approve').waitFor()
    await approvalMessage().getByText('a guest').waitFor()
    await slack.shoot('08-guest-votes')
    expect((await scenario().migration()).phase).toBe('approval')
  })

  test(
    'moves the application when two approvers react',
    async () => {
      await slack.become('U0ADA')
      await slack.page.getByTestId('home-tab').click()
      await slack.home.getByText('Waiting for your vote').waitFor()
      await slack.shoot('09-home-of-an-approver')
      await slack.page.getByTestId('channel-C0MIGRATE').click()
      await slack.react(approvalMessage(), 'white_check_mark')
      await approvalMessage().getByText('Votes 1/2').waitFor()
      await slack.shoot('10-one-vote')

      await slack.become('U0BJORN')
      await approvalMessage().locator('[data-testid$="-white_check_mark"]').click()
      await approvalMessage().getByText('The cutover begins').waitFor()
      await slack.shoot('11-countdown')
      await rootMessage().getByText('shop has moved').waitFor({ timeout: A_PHASE_MS })
      await slack.application.getByText('now on target').waitFor()
      expect(await figure('failed')).toBe(0)
      await slack.thread.getByText('Nothing of Flytt is left').last().waitFor()
      await slack.shoot('12-moved')
      await slack.shoot('12-moved-dark', { dark: true })
      await slack.page.setViewportSize({ width: 1280, height: 800 })
      await slack.shoot('13-moved-1280')
      await slack.page.setViewportSize({ width: 1600, height: 1000 })
    },
    SCENARIO_TIMEOUT_MS,
  )

  test('shows everybody afterwards where it stands', async () => {
    await slack.become('U0OPERATOR')
    await slack.page.getByTestId('home-tab').click()
    await slack.home.getByText('shop-1').waitFor()
    await slack.shoot('14-home-of-the-operator')
    await slack.page.getByTestId('channel-C0MIGRATE').click()
    await slack.page.getByTestId('thread-close').click()
    await slack.type('/migrate status shop')
    await slack.ownMessage(slack.channel, 'shop has moved').waitFor()
    await slack.type('/migrate list')
    expect(await slack.ownMessage(slack.channel, 'No migration is under way').textContent()).toContain('shop-1')
    await slack.shoot('15-status-and-list')
  })

  test(
    'shows a migration that cannot be, and takes it back by a button',
    async () => {
      await slack.type('/migrate start shop')
      await rootMessage().getByText('stopped in audit').waitFor({ timeout: A_PHASE_MS })
      await slack.openThread(rootMessage())
      await slack.thread.getByText('nothing was changed').first().waitFor()
      await slack.shoot('16-stopped')
      await slack.shoot('16-stopped-dark', { dark: true })
      await rootMessage().getByTestId('button-flytt_abort').click()
      await slack.page.getByTestId('confirm-ok').waitFor()
      await slack.shoot('17-abort-asks')
      await slack.page.getByTestId('confirm-ok').click()
      await rootMessage().getByText('shop was taken back').waitFor({ timeout: A_PHASE_MS })
      await slack.shoot('18-taken-back')
      expect(await figure('failed')).toBe(0)
      await slack.application.getByText('now on target').waitFor()
      expect(slack.complaints).toEqual([])
    },
    SCENARIO_TIMEOUT_MS,
  )

  async function figure(label: string): Promise<number> {
    const text = await pollUntil(
      async () => slack.application.locator('.figure').filter({ hasText: label }).textContent(),
      {
        describe: `the application's ${label}`,
      },
    )
    return Number(text.replaceAll(/\D/g, ''))
  }
})

requireProgram('chromium')('the page of a workspace alone', () => {
  let workspace: SlackWorkspace
  let slack: SlackPage
  beforeAll(async () => {
    workspace = await startSlackWorkspace({ port: 0 })
    await workspace.preparePage()
    slack = await openSlackPage(workspace.url, 'browser-page')
  }, SCENARIO_TIMEOUT_MS)
  afterAll(async () => {
    await (slack as SlackPage | undefined)?.close()
    await workspace.stop()
  }, SCENARIO_TIMEOUT_MS)

  test('offers what an app has uploaded for download', async () => {
    const client = new WebClient(workspace.botToken, { slackApiUrl: workspace.apiUrl })
    await client.filesUploadV2({ channel_id: 'C0MIGRATE', filename: 'evidence.json', content: '{"rows": 23158}' })
    const [download] = await Promise.all([
      slack.page.waitForEvent('download'),
      slack.channel.locator('[data-testid^="file-"]').click(),
    ])
    expect(download.suggestedFilename()).toBe('evidence.json')
    expect(readFileSync(await download.path(), 'utf8')).toBe('{"rows": 23158}')
    await slack.shoot('01-file')
  })

  test('says that no app is there for a command, as Slack does', async () => {
    await slack.type('/migrate list')
    const answer = slack.ownMessage(slack.channel, 'failed with the error')
    expect(await answer.textContent()).toContain('dispatch_failed')
    await slack.shoot('02-no-app')
  })

  test('comes back by itself after the workspace was started again', async () => {
    const { port } = workspace
    await workspace.stop()
    await slack.page.getByText('The sandbox does not answer').waitFor()
    await slack.shoot('03-away')
    workspace = await startSlackWorkspace({ port })
    await slack.page.locator('.toast:not(.toast-shown)').waitFor({ state: 'attached' })
    await slack.type('Are you there?')
    await slack.channel.locator('article').filter({ hasText: 'Are you there?' }).waitFor()
    expect(workspace.messages({ channelId: 'C0MIGRATE' }).messages.map(({ text }) => text)).toEqual(['Are you there?'])
  })
})
