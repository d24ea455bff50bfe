import { Avatar } from './avatar.tsx'
import { useWorkspace } from './workspace.ts'

/** Who you are: everything you type, press and react with is done as this person. */
export function Personas() {
  const { state, me, navigate } = useWorkspace()
  return (
    <div className="personas" role="radiogroup" aria-label="You are">
      <h2 className="sidebar-title">You are</h2>
      {state.users.map((user) => {
        const current = user.id === me.id
        return (
          <button
            type="button"
            role="radio"
            aria-checked={current}
            key={user.id}
            className={current ? 'sidebar-row persona current' : 'sidebar-row persona'}
            data-testid={`persona-${user.id}`}
            onClick={() => {
              navigate({ as: user.id })
            }}
          >
            <Avatar user={user} size={24} />
            <span className="sidebar-label">{user.name}</span>
            <span className={`role role-${user.role}`}>{user.role}</span>
          </button>
        )
      })}
    </div>
  )
}
