import type { ApiFamily } from './api-method.ts'
import { findBlockIssues } from './block-limits.ts'
import { isJsonObject } from './json.ts'
import { SlackError } from './slack-error.ts'
import { acceptView } from './view-limits.ts'

/** Checking Block Kit without posting it. */
export const blockMethods: ApiFamily = {
  'blocks.validate': {
    tier: 'unlimited',
    scope: null,
    run: (args) => {
      const view = args.structure('view', 'invalid_arguments')
      if (view !== undefined) {
        acceptView(view, isJsonObject(view) && view['type'] === 'home' ? 'home' : 'modal')
        return { errors: [] }
      }
      const errors = findBlockIssues(args.structure('blocks', 'invalid_blocks_format'), 'message')
      if (errors.length > 0) throw new SlackError('invalid_blocks', { errors })
      return { errors: [] }
    },
  },
}
