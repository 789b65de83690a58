import { BlockList, isIP } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { isJsonObject } from '../base/json.ts'
import {
  newAttackProtection,
  type AttackProtection,
  type AttackProtectionChange,
  type SuspiciousIpThrottling,
} from '../contract/attack-protection.ts'
import { invalidBody } from '../contract/refusal.ts'
import type { Db } from '../store/tables.ts'
import { changeSettings } from './change-settings.ts'
import type { Tenant } from './tenant.ts'

/** The settings of attack protection of a tenant, with defaults for settings that are not set. They are kept within its settings. */
export function attackProtectionOf({ settings }: Pick<Tenant, 'settings'>): AttackProtection {
  const { attack_protection } = settings
  // The stored settings are whole: each change is merged with the defaults.
  const stored = isJsonObject(attack_protection) ? (attack_protection as Partial<AttackProtection>) : {}
  return { ...newAttackProtection, ...stored }
}

function addTo(list: BlockList, entry: string): void {
  const [address = '', bits] = entry.split('/')
  const family = isIP(address)
  const type = family === 6 ? 'ipv6' : 'ipv4'
  const is_range = bits !== undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32)
  if (family === 0 || (bits !== undefined && !is_range))
    throw invalidBody(`"${entry}" is neither an IP address nor a CIDR range`, 'allowlist')
  if (bits === undefined) list.addAddress(address, type)
  else list.addSubnet(address, Number(bits), type)
}

function listOf(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) addTo(list, entry)
  return list
}

const lists = (entries: readonly string[], ip: string): boolean =>
  entries.length > 0 && isIP(ip) !== 0 && listOf(entries).check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4')

/** A limit on failures: so many in `window_ms` after the first one. */
export type FailureLimit = { max: number; window_ms: number }

/** The limits on failed logins at one address; undefined: there is none. */
export type LoginLimits = {
  per_identifier: { max: number; of_all_addresses: boolean } | undefined
  per_address: FailureLimit | undefined
}

const limitOf = ({ max_attempts, rate }: { max_attempts: number; rate: number }): FailureLimit => ({
  max: max_attempts,
  window_ms: max_attempts * rate,
})

/** The limits on failed logins from an address. */
export function loginLimits(tenant: Pick<Tenant, 'settings'>, ip: string): LoginLimits {
  const { brute_force_protection: per_identifier, suspicious_ip_throttling: per_address } = attackProtectionOf(tenant)
  const isOff = ({ enabled, shields, allowlist }: { enabled: boolean; shields: string[]; allowlist: string[] }) =>
    !enabled || !shields.includes('block') || lists(allowlist, ip)
  return {
    per_identifier: isOff(per_identifier)
      ? undefined
      : { max: per_identifier.max_attempts, of_all_addresses: per_identifier.mode !== 'count_per_identifier_and_ip' },
    per_address: isOff(per_address) ? undefined : limitOf(per_address.stage['pre-login']),
  }
}

/** The limit on sign-ups from an address; undefined where there is none. */
export function signUpLimit(tenant: Pick<Tenant, 'settings'>, ip: string): FailureLimit | undefined {
  const { enabled, shields, allowlist, stage } = attackProtectionOf(tenant).suspicious_ip_throttling
  const is_off = !enabled || !shields.includes('block') || lists(allowlist, ip)
  return is_off ? undefined : limitOf(stage['pre-user-registration'])
}

/** A change with the stages that it leaves out, and with the properties that it leaves out of a stage. */
function mergeStages(
  before: AttackProtection['suspicious_ip_throttling'],
  { stage: changed = {}, ...change }: SuspiciousIpThrottling,
): AttackProtection['suspicious_ip_throttling'] {
  const { stage } = before
  return {
    ...before,
    ...change,
    stage: {
      ...stage,
      ...changed,
      'pre-login': { ...stage['pre-login'], ...changed['pre-login'] },
      'pre-user-registration': { ...stage['pre-user-registration'], ...changed['pre-user-registration'] },
    },
  }
}

function merge(before: AttackProtection, change: Partial<AttackProtectionChange>): AttackProtection {
  return {
    brute_force_protection: { ...before.brute_force_protection, ...change.brute_force_protection },
    suspicious_ip_throttling: mergeStages(before.suspicious_ip_throttling, change.suspicious_ip_throttling ?? {}),
    breached_password_detection: { ...before.breached_password_detection, ...change.breached_password_detection },
  }
}

/**
 * Sets the properties that `change` names, of each of the settings.
 *
 * @throws {Refusal} `invalid_body` for an entry of `allowlist` that is no address and no range
 */
export async function updateAttackProtection(
  deps: { db: Db; clock: Clock },
  { tenant_id }: Pick<Tenant, 'tenant_id'>,
  change: Partial<AttackProtectionChange>,
): Promise<AttackProtection> {
  for (const { allowlist = [] } of [change.brute_force_protection ?? {}, change.suspicious_ip_throttling ?? {}]) {
    listOf(allowlist)
  }
  const { attack_protection } = await changeSettings(deps, tenant_id, (settings) => ({
    ...settings,
    attack_protection: merge(attackProtectionOf({ settings }), change),
  }))
  return attack_protection
}
