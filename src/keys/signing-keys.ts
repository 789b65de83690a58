import type { CryptoKey } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import { readJson } from '../store/json-column.ts'
import { createReadCache } from '../store/read-cache.ts'
import { signingKeyAad } from '../store/sealed-aad.ts'
import type { Db } from '../store/tables.ts'
import { signing_alg, signing_scheme } from './generate-signing-key.ts'
import type { Sealer } from './sealer.ts'
import { ensureSigningKey, revokeSigningKey, rotateSigningKey } from './signing-key-states.ts'

/** A published key (RFC 7517) with its certificate. */
export type PublicKey = {
  kty: string
  use: string
  alg: string
  kid: string
  n: string
  e: string
  x5t: string
  x5c: string[]
}

/** The signing keys of every tenant. Changes by another process are visible after `cache_ttl_ms` at the latest. */
export type SigningKeys = {
  /** The key that signs now. Creates the keys of a tenant that has none. */
  current(tenant_id: string): Promise<{ kid: string; alg: string; private_key: CryptoKey }>
  /** The published keys of a tenant: the one that signs, the next one, and previous ones whose tokens may still be in use. */
  jwks(tenant_id: string): Promise<{ keys: PublicKey[] }>
  /** The public key that verifies signatures by `kid`, or undefined for an unknown or revoked kid. */
  verificationKey(tenant_id: string, kid: string): Promise<CryptoKey | undefined>
  /** Makes the next key sign, and returns its kid. Signatures of the key before still verify. */
  rotate(tenant_id: string): Promise<string>
  /** Revokes a key: in this process at once, in others within `cache_ttl_ms`. Returns false when there was no such key to revoke. */
  revoke(tenant_id: string, kid: string): Promise<boolean>
}

// For an unknown kid the keys are read again before `cache_ttl_ms`, so that a key that another process rotated verifies at once, but at
// most once in this time, so that tokens of other issuers do not cause a query each.
const reread_after_ms = 1000

// The longest lifetime of a token is 30 days: after 31 days no valid token is signed by the key.
const previous_lifetime_ms = 31 * 24 * 3600 * 1000

type Keys = { published: PublicKey[]; current: { kid: string; private_sealed: string } }

/** Creates the signing keys on a store. Imported CryptoKeys are cached. */
export function createSigningKeys(deps: { db: Db; sealer: Sealer; clock: Clock }): SigningKeys {
  const { db, sealer, clock } = deps
  const cache = createReadCache<Keys>(deps, ['signing_keys'], { max: 1000 })
  const privateKeys = new LRUCache<string, Promise<CryptoKey>>({ max: 1000 })
  const publicKeys = new LRUCache<string, Promise<CryptoKey>>({ max: 5000 })

  const keysOf = (tenant_id: string, max_age_ms?: number): Promise<Keys> =>
    cache.read([tenant_id], () => readKeys(deps, tenant_id), max_age_ms)

  return {
    async current(tenant_id) {
      const { kid, private_sealed } = (await keysOf(tenant_id)).current
      const private_key = await importOnce(privateKeys, `${tenant_id}/${kid}`, () =>
        importPrivateKey(sealer.open(private_sealed, signingKeyAad(tenant_id, kid))),
      )
      return { kid, alg: signing_alg, private_key }
    },
    async jwks(tenant_id) {
      return { keys: (await keysOf(tenant_id)).published }
    },
    async verificationKey(tenant_id, kid) {
      const withKid = ({ published }: Keys): PublicKey | undefined => published.find((key) => key.kid === kid)
      const found = withKid(await keysOf(tenant_id)) ?? withKid(await keysOf(tenant_id, reread_after_ms))
      return found && (await importOnce(publicKeys, `${tenant_id}/${kid}`, () => importPublicKey(found)))
    },
    rotate: (tenant_id) => rotateSigningKey(db, sealer, clock, tenant_id),
    revoke: (tenant_id, kid) => revokeSigningKey(db, sealer, clock, tenant_id, kid),
  }
}

async function readKeys(deps: { db: Db; sealer: Sealer; clock: Clock }, tenant_id: string): Promise<Keys> {
  const { db, sealer, clock } = deps
  const rows = await db
    .selectFrom('signing_keys')
    .select(['kid', 'public_jwk', 'private_sealed', 'state'])
    .where('tenant_id', '=', tenant_id)
    .where((where) =>
      where.or([
        where('state', 'in', ['current', 'next']),
        where.and([where('state', '=', 'previous'), where('changed_at', '>', clock.now() - previous_lifetime_ms)]),
      ]),
    )
    .orderBy('created_at', 'desc')
    .execute()
  const current = rows.find((row) => row.state === 'current')
  if (!current) {
    await ensureSigningKey(db, sealer, clock, tenant_id)
    return await readKeys(deps, tenant_id)
  }
  // The key that signs is first, because some relying parties use the first key.
  const ordered = [current, ...rows.filter((row) => row !== current)]
  return { published: ordered.map((row) => readJson<PublicKey>(row.public_jwk)), current }
}

async function importOnce(
  imported: LRUCache<string, Promise<CryptoKey>>,
  name: string,
  importKey: () => Promise<CryptoKey>,
): Promise<CryptoKey> {
  const known = imported.get(name)
  if (known) return await known
  const importing = importKey()
  imported.set(name, importing)
  importing.catch(() => imported.delete(name))
  return await importing
}

function importPrivateKey(pkcs8: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', Buffer.from(pkcs8, 'base64'), signing_scheme, false, ['sign'])
}

function importPublicKey(key: PublicKey): Promise<CryptoKey> {
  return crypto.subtle.importKey('jwk', { kty: key.kty, n: key.n, e: key.e }, signing_scheme, false, ['verify'])
}
