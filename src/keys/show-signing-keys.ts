import { X509Certificate } from 'node:crypto'
import { isoTime } from '../base/time.ts'
import type { SigningCertificate } from '../contract/client.ts'
import type { SigningKey } from '../contract/signing-key.ts'
import { readJson } from '../store/json-column.ts'
import type { Db, SigningKeysTable } from '../store/tables.ts'
import { loadX509 } from './load-x509.ts'
import type { PublicKey } from './signing-keys.ts'
import type { SigningKeyState } from './signing-key-states.ts'

type Row = Pick<SigningKeysTable, 'kid' | 'public_jwk' | 'state' | 'changed_at'>

function stateOf({ state, changed_at }: Row): Partial<SigningKey> {
  switch (state as SigningKeyState) {
    case 'current':
      return { current: true, current_since: isoTime(changed_at) }
    case 'next':
      return { next: true }
    case 'previous':
      return { previous: true, current_until: isoTime(changed_at) }
    case 'revoked':
      return { revoked: true, revoked_at: isoTime(changed_at) }
  }
}

function certificateOf({ public_jwk }: Row): X509Certificate {
  const [encoded = ''] = readJson<PublicKey>(public_jwk).x5c
  return new X509Certificate(Buffer.from(encoded, 'base64'))
}

/** A certificate in a PKCS #7 envelope, as PEM. */
async function pkcs7Of(certificate: X509Certificate): Promise<string> {
  const x509 = await loadX509()
  const envelope = new x509.X509Certificates([new x509.X509Certificate(certificate.raw)])
  return `${x509.PemConverter.encode(envelope.export('raw'), 'PKCS7')}\n`
}

async function showRow(row: Row): Promise<SigningKey> {
  const certificate = certificateOf(row)
  return {
    kid: row.kid,
    cert: certificate.toString(),
    pkcs7: await pkcs7Of(certificate),
    fingerprint: certificate.fingerprint,
    thumbprint: certificate.fingerprint.replaceAll(':', ''),
    ...stateOf(row),
  }
}

/** Every signing key that a tenant has or had, as the API shows it: the one that signs, then the others, newest first. */
export async function showSigningKeys(db: Db, tenant_id: string): Promise<SigningKey[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .select(['kid', 'public_jwk', 'state', 'changed_at'])
    .where('tenant_id', '=', tenant_id)
    .orderBy('created_at', 'desc')
    .orderBy('kid')
    .execute()
  const current = rows.filter(({ state }) => state === 'current')
  const others = rows.filter(({ state }) => state !== 'current')
  return await Promise.all([...current, ...others].map((row) => showRow(row)))
}

/** The signing key with this kid, as the API shows it, or undefined. */
export async function showSigningKey(db: Db, tenant_id: string, kid: string): Promise<SigningKey | undefined> {
  const row = await db
    .selectFrom('signing_keys')
    .select(['kid', 'public_jwk', 'state', 'changed_at'])
    .where('tenant_id', '=', tenant_id)
    .where('kid', '=', kid)
    .executeTakeFirst()
  return row && (await showRow(row))
}

/** The certificate of the key that signs a tenant's tokens, as each client shows it. */
export async function showSigningCertificates(db: Db, tenant_id: string): Promise<SigningCertificate[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .select(['kid', 'public_jwk', 'state', 'changed_at'])
    .where('tenant_id', '=', tenant_id)
    .where('state', '=', 'current')
    .execute()
  const show = async (certificate: X509Certificate): Promise<SigningCertificate> => ({
    cert: certificate.toString(),
    pkcs7: await pkcs7Of(certificate),
    subject: certificate.subject
      .split('\n')
      .map((part) => `/${part}`)
      .join(''),
  })
  return await Promise.all(rows.map(async (row) => await show(certificateOf(row))))
}
