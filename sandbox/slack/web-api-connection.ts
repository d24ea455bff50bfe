import type { ApiFamily } from './api-method.ts'
import { FLYTT, TEAM } from './people.ts'
import { SlackError } from './slack-error.ts'

/** Who one is, and where to open a socket. */
export const connectionMethods: ApiFamily = {
  'api.test': { tier: 'unlimited', scope: null, run: (args) => ({ args: args.values }) },
  'auth.test': {
    tier: 'unlimited',
    scope: null,
    run: (_args, world) => ({
      url: `${world.url}/`,
      team: TEAM.name,
      user: FLYTT.handle,
      team_id: TEAM.id,
      user_id: FLYTT.userId,
      bot_id: FLYTT.botId,
      is_enterprise_install: false,
    }),
  },
  'apps.connections.open': {
    tier: 'tier3',
    scope: null,
    usesAppToken: true,
    run: (_args, world) => {
      const refusal = world.faults.take('refuse_socket', 'apps.connections.open')
      if (refusal !== null) throw new SlackError(refusal.error)
      const ticket = world.sockets.createTicket()
      return { url: `${world.url.replace(/^http/, 'ws')}/link?ticket=${ticket}&app_id=${FLYTT.appId}` }
    },
  },
}
