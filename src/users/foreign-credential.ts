import type { Sealer } from '../keys/sealer.ts'
import type { Stored } from '../passwords/formats/index.ts'
import type { PasswordHash } from '../passwords/passwords.ts'
import { readJson } from '../store/json-column.ts'
import { foreignHashAad } from '../store/sealed-aad.ts'

type Owner = { tenant_id: string; user_id: string }

/** The hash as a credential stores it: one of another system is sealed, because it may be weak; ours stays as it is. */
export function sealForeignHash(sealer: Sealer, { tenant_id, user_id }: Owner, made: PasswordHash): PasswordHash {
  if (made.format !== 'foreign') return made
  return { ...made, hash: sealer.seal(made.hash, foreignHashAad(tenant_id, user_id)) }
}

/** The hash of another system in a credential, as its store kept it. */
export function openForeignHash(sealer: Sealer, { tenant_id, user_id }: Owner, sealed: string): Stored {
  return readJson(sealer.open(sealed, foreignHashAad(tenant_id, user_id))) as Stored
}
