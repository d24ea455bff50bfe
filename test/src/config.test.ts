import { describe, expect, test } from '@jest/globals'
import { readConfig } from '../../src/config.ts'

const ENVIRONMENT = {
  SLACK_BOT_TOKEN: 'xoxb-1-secret',
  SLACK_APP_TOKEN: 'xapp-1-secret',
  STATE_DATABASE_URL: 'postgres://flytt:hunter22@db/flytt',
}

describe('the environment', () => {
  test('needs three variables and has a default for the rest', () => {
    expect(readConfig(ENVIRONMENT)).toMatchObject({
      slackApiUrl: null,
      redisUrl: null,
      inventoryFile: 'flytt.yaml',
      workerConcurrency: 4,
      logLevel: 'info',
    })
  })

  test('names every fault at once, with its variable and never its value', () => {
    const read = () =>
      readConfig({ SLACK_BOT_TOKEN: 'hunter2-token', WORKER_CONCURRENCY: 'many', REDIS_URL: 'hunter2' })
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(read).toThrow(
      /SLACK_BOT_TOKEN[\s\S]*SLACK_APP_TOKEN: is not set[\s\S]*STATE_DATABASE_URL: is not set[\s\S]*REDIS_URL[\s\S]*WORKER_CONCURRENCY/,
    )
    expect(read).not.toThrow(/hunter2/)
  })

  test('takes an empty variable as one that is not set', () => {
    expect(readConfig({ ...ENVIRONMENT, REDIS_URL: '', SLACK_API_URL: '', LOG_LEVEL: '' })).toMatchObject({
      redisUrl: null,
      logLevel: 'info',
    })
    expect(() => readConfig({ ...ENVIRONMENT, SLACK_BOT_TOKEN: '' })).toThrow(/SLACK_BOT_TOKEN: is not set/)
  })

  test('prints no secret', () => {
    expect(JSON.stringify(readConfig(ENVIRONMENT))).not.toMatch(/secret|hunter22/)
  })

  test('gives the API address one slash at its end', () => {
    expect(readConfig({ ...ENVIRONMENT, SLACK_API_URL: 'http://127.0.0.1:7070/api' }).slackApiUrl).toBe(
      'http://127.0.0.1:7070/api/',
    )
  })
})
