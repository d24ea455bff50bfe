import { stringify } from 'yaml'

/** Where one shop lives and how Flytt reaches it; secrets by the names of their environment variables. */
export interface ShopEntry {
  readonly name: string
  readonly sourceAddress: string
  readonly replicationUser: string
  readonly hosts: { readonly source: HostEntry; readonly target: HostEntry } | null
  readonly switches: readonly Readonly<Record<string, unknown>>[]
}

/** An SSH host of the sandbox. */
export interface HostEntry {
  readonly address: string
  readonly port: number
  readonly user: string
  readonly privateKeyFile: string
  readonly hostKeyFingerprint: string
}

/** What may be set differently from the sandbox's quick defaults. */
export interface InventoryOverrides {
  readonly approvals?: Readonly<Record<string, unknown>>
  readonly policy?: Readonly<Record<string, unknown>>
}

/** Short waits: a demonstration is watched, a night's migration is not. */
const QUICK_APPROVALS = { required: 2, expireAfter: '30m', countdown: '3s' }
const QUICK_POLICY = { stableFor: '5s', maxLag: '1MB', writeStopBudgetMs: 5000 }

/** The prefix of a shop's environment variables, for example `SHOP` or `SHOP_TWO`. */
export function variablePrefix(name: string): string {
  return name.toUpperCase().replaceAll('-', '_')
}

/** Writes the sandbox's flytt.yaml. */
export function inventoryYaml(shops: readonly ShopEntry[], overrides: InventoryOverrides = {}): string {
  return stringify({
    channels: ['C0MIGRATE'],
    approvals: { ...QUICK_APPROVALS, ...overrides.approvals },
    migrations: Object.fromEntries(
      shops.map((shop) => [
        shop.name,
        {
          source: server(shop, 'source', 'US'),
          target: server(shop, 'target', 'NO'),
          replication: {
            user: shop.replicationUser,
            password: `env:${variablePrefix(shop.name)}_REPLICATION_PASSWORD`,
            sourceAddress: shop.sourceAddress,
          },
          switches: shop.switches,
          policy: { ...QUICK_POLICY, ...overrides.policy },
        },
      ]),
    ),
  })
}

function server(shop: ShopEntry, side: 'source' | 'target', country: string) {
  const prefix = variablePrefix(shop.name)
  const host = shop.hosts?.[side]
  return {
    url: `env:${prefix}_${side.toUpperCase()}_URL`,
    applicationUrl: `env:${prefix}_APP_${side.toUpperCase()}_URL`,
    country,
    ...(host === undefined
      ? {}
      : {
          host: {
            address: host.address,
            port: host.port,
            user: host.user,
            privateKey: `file:${host.privateKeyFile}`,
            hostKey: host.hostKeyFingerprint,
          },
        }),
  }
}
