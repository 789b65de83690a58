import { countText } from '../../base/count-text.ts'
import { X509Certificate } from 'node:crypto'
import { day_ms } from '../../base/time.ts'
import { SealBroken } from '../../keys/sealer.ts'
import type { CommandDeps } from '../command-deps.ts'
import { failure, ok, warning, type Found } from './finding.ts'
import { tenantsToCheck } from './tenants-to-check.ts'

const ends_soon_ms = 30 * day_ms

async function checkKeysOf({ keys, clock }: CommandDeps, tenant_id: string, name: string): Promise<Found[]> {
  try {
    await keys.current(tenant_id)
    const [signs] = (await keys.jwks(tenant_id)).keys
    const [certificate = ''] = signs?.x5c ?? []
    const ends_at = new X509Certificate(Buffer.from(certificate, 'base64')).validToDate.getTime()
    if (ends_at - clock.now() > ends_soon_ms) return []
    return [
      warning(
        `The certificate of the signing key of the tenant "${name}" ends at ${new Date(ends_at).toISOString()}.`,
        `Rotate the key: keys rotate --tenant '${name}'.`,
      ),
    ]
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    return [
      failure(
        `The signing key of the tenant "${name}" was sealed with another sealing key: the tenant issues no tokens.`,
        'Start all processes with the sealing key of the first start, or restore a backup together with its key.',
      ),
    ]
  }
}

/** Checks that the sealing key opens the signing key of each tenant, and where the sealing key is kept. */
export async function checkKeys(deps: CommandDeps): Promise<Found[]> {
  const { config, db } = deps
  const tenants = await tenantsToCheck(db)
  const found: Found[] = []
  for (const { tenant_id, name } of tenants) found.push(...(await checkKeysOf(deps, tenant_id, name)))
  const kept =
    config.secret_key === undefined
      ? `in ${config.data_dir}/secret.key: keep a copy apart from the backups of the store`
      : 'in WHERRY_SECRET_KEY'
  const opens = ok(
    `The sealing key, ${kept}, opens the store and the signing keys of ${countText(tenants.length)} tenants.`,
  )
  return found.some(({ level }) => level === 'failure') ? found : [opens, ...found]
}
