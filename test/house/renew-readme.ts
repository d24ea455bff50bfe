import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from './project-files.ts'
import { writeThread } from './readme-thread.ts'

/** Writes the thread in README.md anew, after a message was changed on purpose: `npx tsx test/house/renew-readme.ts`. */
const block = /(## What it looks like[\s\S]*?```\n)[\s\S]*?(\n```)/
const renewed = readText('README.md').replace(
  block,
  (_whole, head: string, end: string) => `${head}${writeThread()}${end}`,
)
writeFileSync(join(import.meta.dirname, '../../README.md'), renewed)
