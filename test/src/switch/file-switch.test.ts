import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { fileSwitch } from '../../../src/switch/file-switch.ts'

const SOURCE = { host: '127.0.0.1', port: 5432, database: 'shop' }
const TARGET = { host: '127.0.0.2', port: 6432, database: 'shop' }

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flytt-file-switch-'))
  path = join(folder, 'connection.json')
  writeFileSync(path, JSON.stringify({ ...SOURCE, state: 'open' }))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const read = () => JSON.parse(readFileSync(path, 'utf8')) as unknown

describe('the connection file', () => {
  test('is paused, pointed elsewhere and opened, step by step', async () => {
    const file = fileSwitch(path)
    await file.pause(1000)
    expect(read()).toEqual({ ...SOURCE, state: 'paused' })
    await file.pointAt(TARGET)
    expect(read()).toEqual({ ...TARGET, state: 'paused' })
    await file.resume()
    expect(read()).toEqual({ ...TARGET, state: 'open' })
    expect(await file.describe()).toEqual({ pointsAt: TARGET, paused: false })
  })

  test('takes each step again without harm', async () => {
    const file = fileSwitch(path)
    await file.pause(1000)
    await file.pause(1000)
    await file.pointAt(TARGET)
    await file.pointAt(TARGET)
    await file.resume()
    await file.resume()
    expect(read()).toEqual({ ...TARGET, state: 'open' })
  })

  test('keeps its mode and leaves nothing beside it', async () => {
    chmodSync(path, 0o640)
    await fileSwitch(path).pause(1000)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder)).toEqual(['connection.json'])
  })

  test('that is missing or not readable as JSON blocks a migration with a remedy', async () => {
    writeFileSync(path, 'host=127.0.0.1')
    const [broken] = await fileSwitch(path).check()
    const [missing] = await fileSwitch(join(folder, 'none.json')).check()
    expect(broken).toMatchObject({ verdict: 'block', check: 'switch' })
    expect(missing).toMatchObject({ verdict: 'block' })
    expect(missing?.remedy).toContain('none.json')
  })
})
