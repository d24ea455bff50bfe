import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Expectation, Oracle, OrderExpectation, RowState } from './oracle.ts'
import { ORDER_STATE, orderState } from './oracle.ts'
import type { SeededRandom } from './seeded-random.ts'

/** One write of the application: a transaction that can be tried again until it is known to have happened once. */
export interface Operation {
  /** Names the row; two tries of one write never run at the same time. */
  readonly key: string
  readonly expectation: Expectation
  /** The row's state once the write is done. */
  readonly outcome: RowState
  /** @throws {LostRow | DoubledRow} when the row is not as acknowledged */
  apply(client: pg.Client): Promise<void>
  /** Tells after an interruption whether an earlier try arrived. */
  isApplied(client: pg.Client): Promise<boolean>
  /** Called once, when the write is acknowledged. */
  acknowledge(): void
}

/** The row that a write needed is not there, or not in its acknowledged state. */
export class LostRow extends Error {}

/** The row that a write needed is there more than once. */
export class DoubledRow extends Error {}

interface Order {
  readonly expectation: OrderExpectation
  amount: string
  version: number
  lines: number
  payments: number
}

interface Product {
  readonly id: string
  readonly expectation: Expectation
  price: number
  version: number
}

interface Stock {
  readonly productId: string
  readonly warehouseId: string
  readonly expectation: Expectation
  /** Goes on counting when the row is deleted and made again. */
  version: number
}

/** The rows one writer works on; no other writer touches them. */
export interface OwnRows {
  readonly customerIds: readonly string[]
  readonly products: readonly Product[]
  readonly stock: readonly Stock[]
  readonly orders: Order[]
}

/** How many orders a writer keeps coming back to. */
const LIVE_ORDERS = 300

/** Reads what the writers start from, and shares it among them. */
export async function readOwnRows(client: pg.Client, oracle: Oracle, writers: number): Promise<OwnRows[]> {
  const customers = await client.query<{ id: string }>('SELECT id FROM sales.customers ORDER BY id LIMIT 200')
  const products = await client.query<{ id: string; price: string; version: number; changes: number }>(
    `SELECT p.id, p.price, p.version, (SELECT count(*)::integer FROM catalog.price_changes AS c WHERE c.product_id = p.id) AS changes
       FROM catalog.products AS p ORDER BY p.id LIMIT $1`,
    [writers * 20],
  )
  const stock = await client.query<{ product_id: string; warehouse_id: string; state: string; version: number }>(
    `SELECT product_id, warehouse_id, quantity || ' v' || version AS state, version FROM catalog.stock
      WHERE product_id = ANY($1::bigint[]) ORDER BY product_id, warehouse_id`,
    [products.rows.map((row) => row.id)],
  )
  return Array.from({ length: writers }, (_, writer) => {
    const ownProducts = products.rows.filter((_row, position) => position % writers === writer)
    const ids = new Set(ownProducts.map((row) => row.id))
    return {
      customerIds: customers.rows.map((row) => row.id),
      orders: [],
      products: ownProducts.map(({ id, price, version, changes }) => {
        const expectation = { acknowledged: `${price} v${String(version)}`, pending: undefined, traces: changes }
        oracle.products.set(id, expectation)
        return { id, expectation, price: Number(price), version }
      }),
      stock: stock.rows
        .filter((row) => ids.has(row.product_id))
        .map(({ product_id: productId, warehouse_id: warehouseId, state, version }) => {
          const expectation = { acknowledged: state, pending: undefined, traces: null }
          oracle.stock.set(`${productId}/${warehouseId}`, expectation)
          return { productId, warehouseId, expectation, version }
        }),
    }
  })
}

/** Chooses a writer's next write. */
export function nextOperation(oracle: Oracle, own: OwnRows, random: SeededRandom): Operation {
  for (let attempt = 0; attempt < 20; attempt++) {
    const operation = chooseOperation(oracle, own, random)
    // A write that was refused before it could be looked for leaves its row in doubt for good.
    if (operation.expectation.pending === undefined) return operation
  }
  return insertOrder(oracle, own, random)
}

function chooseOperation(oracle: Oracle, own: OwnRows, random: SeededRandom): Operation {
  const dice = random.integer(100)
  if (own.orders.length === 0 || dice < 35) return insertOrder(oracle, own, random)
  if (dice < 55) return updateOrder(random.pick(own.orders), random)
  if (dice < 65) return payOrder(random.pick(own.orders))
  if (dice < 75 || own.orders.length > LIVE_ORDERS) return deleteOrder(own, random)
  if (dice < 85) return changePrice(random.pick(own.products))
  const stock = random.pick(own.stock)
  return dice < 90 && stock.expectation.acknowledged !== null ? deleteStock(stock) : upsertStock(stock, random)
}

function insertOrder(oracle: Oracle, own: OwnRows, random: SeededRandom): Operation {
  const token = randomUUID()
  const expectation: OrderExpectation = { token, id: null, acknowledged: null, pending: undefined, traces: 0 }
  const lines = Array.from({ length: 1 + random.integer(3) }, () => random.pick(own.products).id)
  const order: Order = { expectation, amount: amountOf(random), version: 1, lines: lines.length, payments: 0 }
  const customerId = random.pick(own.customerIds)
  oracle.orders.set(token, expectation)
  return {
    key: token,
    expectation,
    outcome: orderState(order),
    apply: async (client) => {
      const inserted = await client.query<{ id: string }>(
        'INSERT INTO sales.orders (token, customer_id, amount) VALUES ($1, $2, $3) RETURNING id',
        [token, customerId, order.amount],
      )
      expectation.id = inserted.rows[0]?.id ?? null
      await client.query(
        `INSERT INTO sales.order_lines (order_id, line_number, product_id, quantity, unit_price)
         SELECT $1, line_number, product_id, 1, 10 FROM unnest($2::bigint[]) WITH ORDINALITY AS l (product_id, line_number)`,
        [expectation.id, lines],
      )
    },
    isApplied: async (client) => {
      const { rows } = await client.query<{ id: string }>('SELECT id FROM sales.orders WHERE token = $1', [token])
      if (rows[0]) expectation.id = rows[0].id
      return rows.length > 0
    },
    acknowledge: () => {
      expectation.traces = 1
      own.orders.push(order)
    },
  }
}

function updateOrder(order: Order, random: SeededRandom): Operation {
  return changeOrder(order, { ...order, amount: amountOf(random) }, (client, after) =>
    client.query('UPDATE sales.orders SET amount = $3, version = version + 1 WHERE token = $1 AND version = $2', [
      order.expectation.token,
      order.version,
      after.amount,
    ]),
  )
}

function payOrder(order: Order): Operation {
  return changeOrder(order, { ...order, payments: order.payments + 1 }, async (client) => {
    await client.query(
      `INSERT INTO sales.payments (order_id, paid_at, method, amount) VALUES ($1, clock_timestamp(), 'card', $2)`,
      [order.expectation.id, order.amount],
    )
    return client.query(
      `UPDATE sales.orders SET status = 'paid', version = version + 1 WHERE token = $1 AND version = $2`,
      [order.expectation.token, order.version],
    )
  })
}

/** The condition on the version keeps a lost write visible: without it the next one would put it right. */
function changeOrder(
  order: Order,
  changed: Order,
  change: (client: pg.Client, after: Order) => Promise<pg.QueryResult>,
): Operation {
  const { token } = order.expectation
  const after = { ...changed, version: order.version + 1 }
  return {
    key: token,
    expectation: order.expectation,
    outcome: orderState(after),
    apply: async (client) => {
      requireOneRow(await change(client, after), `order ${token}`)
    },
    isApplied: async (client) => isOrderAt(client, token, orderState(after)),
    acknowledge: () => {
      order.expectation.traces = (order.expectation.traces ?? 0) + 1
      Object.assign(order, after)
    },
  }
}

function deleteOrder(own: OwnRows, random: SeededRandom): Operation {
  const position = random.integer(own.orders.length)
  const [order] = own.orders.splice(position, 1)
  if (!order) throw new Error('A writer without orders deletes none.')
  const { token } = order.expectation
  return {
    key: token,
    expectation: order.expectation,
    outcome: null,
    apply: async (client) => {
      const answer = await client.query('DELETE FROM sales.orders WHERE token = $1 AND version = $2', [
        token,
        order.version,
      ])
      requireOneRow(answer, `order ${token}`)
    },
    isApplied: async (client) => !(await isOrderAt(client, token, orderState(order))),
    acknowledge: () => {
      order.expectation.traces = (order.expectation.traces ?? 0) + 1
    },
  }
}

async function isOrderAt(client: pg.Client, token: string, state: string): Promise<boolean> {
  const sql = `SELECT ${ORDER_STATE} AS state FROM sales.orders AS o WHERE o.token = $1`
  const { rows } = await client.query<{ state: string }>(sql, [token])
  return rows[0]?.state === state
}

function changePrice(product: Product): Operation {
  const after = { price: Math.round((product.price + 0.01) * 100) / 100, version: product.version + 1 }
  return {
    key: `product ${product.id}`,
    expectation: product.expectation,
    outcome: `${after.price.toFixed(2)} v${String(after.version)}`,
    apply: async (client) => {
      const answer = await client.query(
        'UPDATE catalog.products SET price = $3, version = version + 1 WHERE id = $1 AND version = $2',
        [product.id, product.version, after.price],
      )
      requireOneRow(answer, `product ${product.id}`)
    },
    isApplied: async (client) => {
      const sql = 'SELECT version FROM catalog.products WHERE id = $1'
      const { rows } = await client.query<{ version: number }>(sql, [product.id])
      return rows[0]?.version === after.version
    },
    acknowledge: () => {
      product.expectation.traces = (product.expectation.traces ?? 0) + 1
      Object.assign(product, after)
    },
  }
}

function upsertStock(stock: Stock, random: SeededRandom): Operation {
  const { productId, warehouseId, expectation } = stock
  const version = stock.version + 1
  const quantity = random.integer(1000)
  const what = `stock ${productId}/${warehouseId}`
  return {
    key: what,
    expectation,
    outcome: `${String(quantity)} v${String(version)}`,
    apply: async (client) => {
      const answer = await client.query<{ is_new: boolean }>(
        `INSERT INTO catalog.stock AS s (product_id, warehouse_id, quantity, version) VALUES ($1, $2, $3, $4)
         ON CONFLICT (product_id, warehouse_id) DO UPDATE SET quantity = excluded.quantity, version = excluded.version
           WHERE s.version = excluded.version - 1
         RETURNING xmax = 0 AS is_new`,
        [productId, warehouseId, quantity, version],
      )
      requireOneRow(answer, what)
      // An upsert would make a row that was lost anew, and nobody would know.
      if (answer.rows[0]?.is_new !== (expectation.acknowledged === null)) throw new LostRow(what)
    },
    isApplied: async (client) => (await readStockVersion(client, stock)) === version,
    acknowledge: () => {
      stock.version = version
    },
  }
}

function deleteStock(stock: Stock): Operation {
  const { productId, warehouseId, expectation, version } = stock
  const what = `stock ${productId}/${warehouseId}`
  return {
    key: what,
    expectation,
    outcome: null,
    apply: async (client) => {
      const sql = 'DELETE FROM catalog.stock WHERE product_id = $1 AND warehouse_id = $2 AND version = $3'
      requireOneRow(await client.query(sql, [productId, warehouseId, version]), what)
    },
    isApplied: async (client) => (await readStockVersion(client, stock)) === null,
    acknowledge: () => undefined,
  }
}

async function readStockVersion(client: pg.Client, stock: Stock): Promise<number | null> {
  const sql = 'SELECT version FROM catalog.stock WHERE product_id = $1 AND warehouse_id = $2'
  const { rows } = await client.query<{ version: number }>(sql, [stock.productId, stock.warehouseId])
  return rows[0]?.version ?? null
}

function requireOneRow(answer: pg.QueryResult, what: string): void {
  if (answer.rowCount === 1) return
  throw answer.rowCount ? new DoubledRow(what) : new LostRow(what)
}

function amountOf(random: SeededRandom): string {
  return (random.integer(100_000) / 100).toFixed(2)
}
