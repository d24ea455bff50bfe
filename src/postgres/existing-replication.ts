import { z } from 'zod'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const existingPublicationsSql = loadSql('existing-publications')
const existingSubscriptionsSql = loadSql('existing-subscriptions')

const publicationRow = catalogRow({ name: z.string() })
const subscriptionRow = catalogRow({ name: z.string(), is_enabled: z.boolean() })

/** @returns the names of the database's publications */
export async function readExistingPublications(session: Session): Promise<readonly string[]> {
  return (await session.rows(publicationRow, existingPublicationsSql)).map(({ name }) => name)
}

/** @returns the database's subscriptions, without their connection strings */
export async function readExistingSubscriptions(session: Session): Promise<readonly z.infer<typeof subscriptionRow>[]> {
  return session.rows(subscriptionRow, existingSubscriptionsSql)
}
