import type { App, BlockAction, ButtonAction } from '@slack/bolt'
import type { Logger } from '../../logger.ts'
import { toEphemeral, type AnswerCommand } from '../command.ts'
import { BUTTON_COMMANDS, BUTTON_PREFIX } from '../messages/migration-buttons.ts'

/** A button's value is a migration's id; anything else did not come from Flytt. */
const MIGRATION_ID = /^[a-z][a-z0-9-]{0,50}$/

/** Registers the buttons: each is carried out as if its subcommand had been typed, access check included. */
export function registerButtons(app: App, options: { readonly answer: AnswerCommand; readonly log: Logger }): void {
  for (const command of BUTTON_COMMANDS) {
    app.action<BlockAction<ButtonAction>>(
      { type: 'block_actions', action_id: BUTTON_PREFIX + command },
      async ({ ack, body, action, respond }) => {
        await ack()
        const value = MIGRATION_ID.test(action.value ?? '') ? action.value : undefined
        const answer = await options.answer({
          userId: body.user.id,
          channelId: body.channel?.id ?? '',
          text: [command, value ?? ''].join(' '),
        })
        try {
          await respond({ ...toEphemeral(answer), replace_original: false })
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          options.log.error({ command, reason }, 'answer to a button not delivered')
        }
      },
    )
  }
}
