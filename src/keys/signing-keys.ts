import type { CryptoKey } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import { readJson } from '../store/json-column.ts'
import { signingKeyAad } from '../store/sealed-aad.ts'
import type { Db } from '../store/tables.ts'
import { signing_alg, signing_scheme } from './make-signing-key.ts'
import type { Sealer } from './sealer.ts'
import { ensureSigningKey, revokeSigningKey, rotateSigningKey } from './signing-key-states.ts'

export { ensureSigningKey } from './signing-key-states.ts'

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

/** The keys of every tenant. What another process changed is seen here after `follow_after_ms` at the latest. */
export type SigningKeys = {
  /** The key that signs now. A tenant without keys is given them. */
  current(tenant_id: string): Promise<{ kid: string; alg: string; private_key: CryptoKey }>
  /** What the tenant publishes: the key that signs, the next one, and those whose tokens may still be about. */
  jwks(tenant_id: string): Promise<{ keys: PublicKey[] }>
  /** The public key that verifies signatures by `kid`, or undefined for a kid that is unknown or revoked. */
  verificationKey(tenant_id: string, kid: string): Promise<CryptoKey | undefined>
  /** Makes the next key sign, and gives its kid. What the last one signed still verifies. */
  rotate(tenant_id: string): Promise<string>
  /** Withdraws a key at once here, and within `follow_after_ms` in other processes. False when there was nothing to withdraw. */
  revoke(tenant_id: string, kid: string): Promise<boolean>
}

/** How long the keys of a tenant are used without being read again. */
export const follow_after_ms = 5000

// A token by an unknown kid makes the keys be read again before that, so that a key rotated elsewhere verifies at
// once, but not more often than this: foreign tokens must not become a stream of queries.
const reread_after_ms = 1000

// The longest life of a token is 30 days; a key that signed none for 31 days has nothing left to verify.
const previous_lifetime_ms = 31 * 24 * 3600 * 1000

type Keys = { published: PublicKey[]; current: { kid: string; private_sealed: string } }

/** Makes the keys on a store. CryptoKeys are imported once and kept. */
export function createSigningKeys(deps: { db: Db; sealer: Sealer; clock: Clock }): SigningKeys {
  const { db, sealer, clock } = deps
  const kept = new LRUCache<string, { read_at: number; keys: Promise<Keys> }>({ max: 1000 })
  const privateKeys = new LRUCache<string, Promise<CryptoKey>>({ max: 1000 })
  const publicKeys = new LRUCache<string, Promise<CryptoKey>>({ max: 5000 })

  function keysOf(tenant_id: string, max_age_ms = follow_after_ms): Promise<Keys> {
    const known = kept.get(tenant_id)
    if (known && clock.now() - known.read_at < max_age_ms) return known.keys
    const entry = { read_at: clock.now(), keys: readKeys(deps, tenant_id) }
    kept.set(tenant_id, entry)
    entry.keys.catch(() => {
      if (kept.get(tenant_id) === entry) kept.delete(tenant_id)
    })
    return entry.keys
  }

  return {
    async current(tenant_id) {
      const { kid, private_sealed } = (await keysOf(tenant_id)).current
      const private_key = await once(privateKeys, `${tenant_id}/${kid}`, () =>
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
      return found && (await once(publicKeys, `${tenant_id}/${kid}`, () => importPublicKey(found)))
    },
    async rotate(tenant_id) {
      const kid = await rotateSigningKey(db, sealer, clock, tenant_id)
      kept.delete(tenant_id)
      return kid
    },
    async revoke(tenant_id, kid) {
      const revoked = await revokeSigningKey(db, sealer, clock, tenant_id, kid)
      kept.delete(tenant_id)
      return revoked
    },
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
  // The key that signs comes first: some relying parties take the first key they find.
  const ordered = [current, ...rows.filter((row) => row !== current)]
  return { published: ordered.map((row) => readJson<PublicKey>(row.public_jwk)), current }
}

async function once(
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
