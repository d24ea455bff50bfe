import { type Block, Message } from 'slack-blocks-to-jsx'
import type { SlackBlock } from './block-types.ts'
import { EmojiGlyph } from './emoji-glyph.tsx'
import { Link } from './mrkdwn-text.tsx'
import { GROUPS, findUser, useWorkspace } from './workspace.ts'

/** Every block that this page does not draw itself: rich_text, markdown, plan, task_card, card, carousel, charts, video. */
export function LibraryBlock({ block }: { block: SlackBlock }) {
  const { state } = useWorkspace()
  const users = [...state.users, findUser(state, state.botUserId)]
  return (
    <div className="library-block">
      <Message
        withoutWrapper
        name=""
        logo=""
        blocks={[block as unknown as Block]}
        data={{
          users: users.map(({ id, name }) => ({ id, name, avatar: '' })),
          channels: state.channels.map(({ id, name }) => ({ id, name })),
          user_groups: Object.entries(GROUPS).map(([id, name]) => ({ id, name })),
        }}
        hooks={{
          user: ({ id }) => <span className="mention">@{findUser(state, id).name}</span>,
          emoji: ({ name }) => <EmojiGlyph name={name} />,
          link: ({ href, children }) => <Link href={href}>{children}</Link>,
        }}
      />
    </div>
  )
}
