import type { JsonObject } from './json.ts'

export type Role = 'operator' | 'approver' | 'guest' | 'external' | 'deactivated' | 'bot'

/** A member of the workspace as the sandbox keeps it. */
export interface Person {
  readonly id: string
  readonly handle: string
  readonly name: string
  readonly role: Role
  readonly teamId: string
  readonly isBot: boolean
  isRestricted: boolean
  isStranger: boolean
  deleted: boolean
}

export const TEAM = { id: 'T0SANDBOX', name: 'Flytt sandbox', domain: 'flytt-sandbox' } as const
export const PARTNER_TEAM_ID = 'T0PARTNER'
export const FLYTT = { userId: 'U0FLYTT', botId: 'B0FLYTT', appId: 'A0FLYTT', name: 'Flytt', handle: 'flytt' } as const

const FLAGS = { teamId: TEAM.id, isBot: false, isRestricted: false, isStranger: false, deleted: false }

const PEOPLE: readonly Person[] = [
  { ...FLAGS, id: 'U0OPERATOR', handle: 'ola', name: 'Ola Operator', role: 'operator' },
  { ...FLAGS, id: 'U0ADA', handle: 'ada', name: 'Ada Approver', role: 'approver' },
  { ...FLAGS, id: 'U0BJORN', handle: 'bjorn', name: 'Bjørn Approver', role: 'approver' },
  { ...FLAGS, id: 'U0CHEN', handle: 'chen', name: 'Chen Approver', role: 'approver' },
  { ...FLAGS, id: 'U0GUEST', handle: 'gus', name: 'Gus Guest', role: 'guest', isRestricted: true },
  {
    ...FLAGS,
    id: 'U0EXTERN',
    handle: 'eve',
    name: 'Eve External',
    role: 'external',
    teamId: PARTNER_TEAM_ID,
    isStranger: true,
  },
  { ...FLAGS, id: 'U0GONE', handle: 'dan', name: 'Dan Deactivated', role: 'deactivated', deleted: true },
  { ...FLAGS, id: 'U0OTHERBOT', handle: 'deploybot', name: 'Deploybot', role: 'bot', isBot: true },
]

const FLYTT_PERSON: Person = {
  ...FLAGS,
  id: FLYTT.userId,
  handle: FLYTT.handle,
  name: FLYTT.name,
  role: 'bot',
  isBot: true,
}

/** A user group with its members. */
export interface UserGroup {
  readonly id: string
  readonly handle: string
  readonly name: string
  userIds: string[]
}

/** Everyone in the workspace, and the user groups. */
export class People {
  /** The people a person can act as; Flytt's own bot user is not among them. */
  readonly personas: readonly Person[] = PEOPLE.map((person) => ({ ...person }))
  readonly groups: readonly UserGroup[] = [
    { id: 'S0DBA', handle: 'dba', name: 'Database administrators', userIds: ['U0ADA', 'U0BJORN', 'U0CHEN'] },
  ]

  find(userId: string): Person | undefined {
    return userId === FLYTT.userId ? FLYTT_PERSON : this.personas.find((person) => person.id === userId)
  }
}

/** Writes a person as `users.info` does. */
export function toSlackUser(person: Person): JsonObject {
  const isFlytt = person.id === FLYTT.userId
  return {
    id: person.id,
    team_id: person.teamId,
    name: person.handle,
    real_name: person.name,
    deleted: person.deleted,
    color: '9f69e7',
    tz: 'Europe/Oslo',
    tz_label: 'Central European Time',
    tz_offset: 3600,
    profile: {
      real_name: person.name,
      real_name_normalized: person.name,
      display_name: person.name,
      display_name_normalized: person.name,
      team: person.teamId,
      ...(person.isBot
        ? { bot_id: isFlytt ? FLYTT.botId : 'B0OTHERBOT', api_app_id: isFlytt ? FLYTT.appId : 'A0OTHERBOT' }
        : {}),
    },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_bot: person.isBot,
    is_app_user: false,
    is_workflow_bot: false,
    is_connector_bot: false,
    is_restricted: person.isRestricted,
    is_ultra_restricted: false,
    is_stranger: person.isStranger,
    is_email_confirmed: !person.isBot,
    updated: 1_700_000_000,
  }
}
