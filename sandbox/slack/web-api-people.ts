import type { ApiFamily } from './api-method.ts'
import { cutPage } from './cursors.ts'
import { TEAM, toSlackUser, type UserGroup } from './people.ts'
import { SlackError } from './slack-error.ts'

/** Users and user groups. */
export const peopleMethods: ApiFamily = {
  'users.info': {
    tier: 'tier4',
    scope: 'users:read',
    run: (args, world) => {
      const person = world.people.find(args.text('user') ?? '')
      if (person === undefined) throw new SlackError('user_not_found')
      return { user: toSlackUser(person) }
    },
  },
  'users.list': {
    tier: 'tier2',
    scope: 'users:read',
    run: (args, world) => {
      const { items, metadata } = cutPage(world.people.personas, args.limit('limit', 200, 1000), args.text('cursor'))
      return { members: items.map(toSlackUser), response_metadata: metadata }
    },
  },
  'usergroups.list': {
    tier: 'tier2',
    scope: 'usergroups:read',
    run: (args, world) => ({
      usergroups: world.people.groups.map((group) => toSlackGroup(group, args.isSet('include_users'))),
    }),
  },
  'usergroups.users.list': {
    tier: 'tier2',
    scope: 'usergroups:read',
    run: (args, world) => {
      const group = world.people.groups.find(({ id }) => id === args.text('usergroup'))
      if (group === undefined) throw new SlackError('no_such_subteam')
      return { users: [...group.userIds] }
    },
  },
}

function toSlackGroup({ id, handle, name, userIds }: UserGroup, withUsers: boolean) {
  return {
    id,
    team_id: TEAM.id,
    is_usergroup: true,
    is_subteam: true,
    handle,
    name,
    description: '',
    is_external: false,
    date_delete: 0,
    user_count: userIds.length,
    ...(withUsers ? { users: [...userIds] } : {}),
  }
}
