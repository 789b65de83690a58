// What the shop is while its days pass.
import type { OpenDashboard } from '../dashboard.ts'
import type { Answer, Json, TestClient } from '../requests.ts'
import { customer, password, type CustomerName } from './customers.ts'
import type { LegacyStore } from './legacy-store.ts'

const shop_net = '198.51.100.'

/** A request to the Management API as the owner, which must succeed: method, path behind `/api/v2/` and body. */
export type Call = (method: string, path: string, body?: unknown) => Promise<Json>

/** The shop while its days pass. */
export type Shop = {
  dashboard: OpenDashboard
  legacy: LegacyStore
  /** Moves the clock to so much before the pictures, and never back. */
  moveTo: (before_ms: number) => void
  asOwner: Call
  shop_client: TestClient
  connection_id: string
}

/** A login of a customer at the shop, from an address of their own. */
export async function logIn(
  shop: Shop,
  name: CustomerName,
  by: 'email' | 'username' = 'email',
  secret = password,
): Promise<Answer> {
  const { id, [by]: identifier } = customer(name)
  return await shop.dashboard.server.login(
    shop.shop_client,
    'customers',
    identifier,
    secret,
    {},
    `${shop_net}${id % 250}`,
  )
}
