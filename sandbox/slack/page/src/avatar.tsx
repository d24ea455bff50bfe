import type { User } from './api.ts'
import { Icon } from './icons.tsx'
import { useWorkspace } from './workspace.ts'

/** One for each person of the workspace, in their order. */
const COLOURS = ['#b7791f', '#2d6cdf', '#0f7b5f', '#8d3fa8', '#b5446e', '#1f7a94', '#6a7280', '#57606a']

const writeInitials = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join('')
    .toUpperCase()

/** A square with initials; Flytt has its arrow. */
export function Avatar({ user, size = 36 }: { user: User; size?: number }) {
  const { state } = useWorkspace()
  const seat = state.users.findIndex((one) => one.id === user.id)
  const style = { width: size, height: size, fontSize: size * 0.4, borderRadius: Math.max(4, size * 0.2) }
  if (user.id === state.botUserId) {
    return (
      <span className="avatar avatar-flytt" style={style} aria-hidden="true">
        <Icon name="arrow" size={Math.round(size * 0.64)} />
      </span>
    )
  }
  return (
    <span className="avatar" style={{ ...style, background: COLOURS[seat] ?? '#6a7280' }} aria-hidden="true">
      {writeInitials(user.name)}
    </span>
  )
}
