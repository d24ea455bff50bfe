import type pg from 'pg'

/** How a row stands, as text that two equal rows share; null when it does not exist. */
export type RowState = string | null

/** What the application knows about one row that it alone writes. */
export interface Expectation {
  /** As of the last acknowledged write. */
  acknowledged: RowState
  /** As it will be if the write under way arrives; undefined when none is. */
  pending: RowState | undefined
  /** How many rows its trigger has written; null when no trigger does. */
  traces: number | null
}

export interface OrderExpectation extends Expectation {
  readonly token: string
  /** The server's; null before the insert was acknowledged. */
  id: string | null
}

/** What a comparison found. */
export interface CheckResult {
  /** Writes acknowledged so far. */
  readonly acknowledged: number
  /** Rows that are not there, or older or other than acknowledged. */
  readonly missing: number
  /** Rows that are there more than once, or again after they were deleted. */
  readonly duplicated: number
  /** The first of them, for a person to look at. */
  readonly examples: readonly string[]
}

const EXAMPLE_COUNT = 20
const BATCH_SIZE = 5000

/** The expected content of every row the application writes: the judge of "nothing lost". */
export class Oracle {
  readonly orders = new Map<string, OrderExpectation>()
  /** Key `product/warehouse`. */
  readonly stock = new Map<string, Expectation>()
  /** Key product id. */
  readonly products = new Map<string, Expectation>()
  acknowledged = 0
  /** Losses that a writer ran into; a later write must not cover them up. */
  readonly seenMissing = new Set<string>()

  /** Compares every row with a database, in one snapshot of it. Nothing may be written meanwhile. */
  async compare(client: pg.Client): Promise<CheckResult> {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const tally = new Tally(this.seenMissing)
    await this.#compareOrders(client, tally)
    const stock = await client.query<ActualRow>(
      `SELECT product_id || '/' || warehouse_id AS key, quantity || ' v' || version AS state, 0 AS traces FROM catalog.stock`,
    )
    compareRows('stock', this.stock, stock.rows, tally)
    const products = await client.query<ActualRow>(
      `SELECT p.id::text AS key, p.price || ' v' || p.version AS state,
              (SELECT count(*)::integer FROM catalog.price_changes AS c WHERE c.product_id = p.id) AS traces
         FROM catalog.products AS p WHERE p.id = ANY($1::bigint[])`,
      [[...this.products.keys()]],
    )
    compareRows('product', this.products, products.rows, tally)
    await client.query('COMMIT')
    return { acknowledged: this.acknowledged, ...tally.result() }
  }

  async #compareOrders(client: pg.Client, tally: Tally): Promise<void> {
    const tokens = [...this.orders.keys()]
    const traces = new Map<string, number>()
    const audited = await client.query<{ order_id: string; traces: number }>(
      `SELECT order_id, count(*)::integer AS traces FROM sales.audit_log WHERE details ? 'token' GROUP BY order_id`,
    )
    for (const row of audited.rows) traces.set(row.order_id, row.traces)
    for (let from = 0; from < tokens.length; from += BATCH_SIZE) {
      const batch = tokens.slice(from, from + BATCH_SIZE)
      const { rows } = await client.query<ActualRow>(
        `SELECT o.token AS key, ${ORDER_STATE} AS state, 0 AS traces FROM sales.orders AS o WHERE o.token = ANY($1::uuid[])`,
        [batch],
      )
      const expected = new Map(batch.map((token) => [token, this.orders.get(token) as OrderExpectation]))
      compareRows('order', expected, rows, tally)
      for (const { id, traces: wanted, pending, token } of expected.values()) {
        if (id === null || wanted === null || pending !== undefined) continue
        tally.countTraces(`audit of order ${token}`, wanted, traces.get(id) ?? 0)
      }
    }
  }
}

/** An order with its lines and payments, of `sales.orders AS o`; {@link orderState} says the same. */
export const ORDER_STATE = `o.amount || ' v' || o.version
  || ' lines ' || (SELECT count(*) FROM sales.order_lines AS l WHERE l.order_id = o.id)
  || ' payments ' || (SELECT count(*) FROM sales.payments AS p WHERE p.order_id = o.id)`

/** @param amount - with two decimals, as the server prints it */
export function orderState(order: { amount: string; version: number; lines: number; payments: number }): string {
  return `${order.amount} v${String(order.version)} lines ${String(order.lines)} payments ${String(order.payments)}`
}

interface ActualRow {
  readonly key: string
  readonly state: string
  readonly traces: number
}

class Tally {
  readonly #missing: Set<string>
  #duplicated = 0
  readonly #examples: string[] = []

  constructor(alreadyMissing: ReadonlySet<string>) {
    this.#missing = new Set(alreadyMissing)
    for (const what of alreadyMissing) this.#note(`missing, seen by a writer: ${what}`)
  }

  addMissing(what: string, how: string): void {
    if (!this.#missing.has(what)) this.#note(`missing: ${what}: ${how}`)
    this.#missing.add(what)
  }

  addDuplicated(what: string, how: string, count = 1): void {
    this.#duplicated += count
    this.#note(`duplicated: ${what}: ${how}`)
  }

  countTraces(what: string, wanted: number, actual: number): void {
    const how = `${String(actual)} rows instead of ${String(wanted)}`
    if (actual < wanted) this.addMissing(what, how)
    if (actual > wanted) this.addDuplicated(what, how, actual - wanted)
  }

  result(): Omit<CheckResult, 'acknowledged'> {
    return { missing: this.#missing.size, duplicated: this.#duplicated, examples: this.#examples }
  }

  #note(example: string): void {
    if (this.#examples.length < EXAMPLE_COUNT) this.#examples.push(example)
  }
}

function compareRows(
  kind: string,
  expected: ReadonlyMap<string, Expectation>,
  actual: readonly ActualRow[],
  tally: Tally,
): void {
  const found = new Map<string, ActualRow[]>()
  for (const row of actual) found.set(row.key, [...(found.get(row.key) ?? []), row])
  for (const [key, { acknowledged, pending, traces }] of expected) {
    const what = `${kind} ${key}`
    const [first, ...others] = found.get(key) ?? []
    if (others.length > 0) tally.addDuplicated(what, 'more than one row', others.length)
    const allowed = pending === undefined ? [acknowledged] : [acknowledged, pending]
    if (!allowed.includes(first?.state ?? null)) {
      const wanted = allowed.map((state) => state ?? 'no row').join(' or ')
      if (first && allowed.every((state) => state === null)) tally.addDuplicated(what, 'deleted, and there again')
      else tally.addMissing(what, `${first?.state ?? 'no row'} instead of ${wanted}`)
    }
    if (first && kind === 'product' && traces !== null && pending === undefined) {
      tally.countTraces(`price changes of ${what}`, traces, first.traces)
    }
  }
}
