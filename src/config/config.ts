import path from 'node:path'
import ipaddr from 'ipaddr.js'
import { suggestName } from '../base/suggest-name.ts'
import type { Plan } from '../contract/plans.ts'
import { settings, type LogLevel, type Setting, type SettingName } from './settings.ts'

/** The settings, read and checked. */
export type Config = {
  port: number
  host: string
  /** With the trailing slash; undefined when it follows from the port that is bound. */
  public_url: string | undefined
  data_dir: string
  database_url: string | undefined
  database_connections: number
  secret_key: string | undefined
  plan: Plan
  trust_proxy: boolean | string[]
  tls: { cert_file: string; key_file: string } | undefined
  log_level: LogLevel
  smtp_url: string | undefined
  mail_from: string
  sandbox_processes: number
  sandbox_memory_bytes: number
  script_deadline_ms: number
  egress_never: string[]
  requests_per_second: number
  hashes_waiting: number
  log_retention_days: number
}

/** Every problem of the environment at once. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}

// Variables of the test runner, which the servers that tests start inherit.
const test_prefix = 'WHERRY_TEST_'

/**
 * Reads the settings from `env`.
 *
 * @throws {ConfigError} with every problem found: which setting, what was wrong, what would be right
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = []
  const text = (name: SettingName): string | undefined => {
    const given = env[name]?.trim()
    const setting: Setting = settings[name]
    return given === undefined || given === '' ? setting.default : given
  }
  const whole = (name: SettingName, minimum: number, maximum: number): number => {
    const given = text(name) ?? ''
    const value = Number(given)
    if (/^\d+$/.test(given) && value >= minimum && value <= maximum) return value
    problems.push(`${name} must be a whole number from ${minimum} to ${maximum}; it is "${given}".`)
    return minimum
  }
  const integer = (name: SettingName): number => {
    const setting: Setting = settings[name]
    return whole(name, setting.minimum ?? 0, setting.maximum ?? Number.MAX_SAFE_INTEGER)
  }
  const choice = <T extends string>(name: SettingName): T => {
    const given = text(name) ?? ''
    const setting: Setting = settings[name]
    if (setting.choices?.includes(given)) return given as T
    problems.push(`${name} must be one of ${(setting.choices ?? []).join(', ')}; it is "${given}".`)
    return (setting.default ?? '') as T
  }
  const url = (name: SettingName, protocols: string[], shown: boolean): string | undefined => {
    const given = text(name)
    if (given === undefined) return undefined
    const parsed = URL.canParse(given) ? new URL(given) : undefined
    if (parsed && protocols.includes(parsed.protocol)) return given
    problems.push(
      `${name} must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}${shown ? `; it is "${withoutUserinfo(given)}"` : ''}.`,
    )
    return undefined
  }

  const host = text('WHERRY_HOST') ?? '127.0.0.1'
  const public_url = url('WHERRY_PUBLIC_URL', ['http:', 'https:'], true)
  if (public_url !== undefined) {
    const { pathname, search, hash, username, password } = new URL(public_url)
    if (pathname !== '/' || `${search}${hash}${username}${password}` !== '') {
      problems.push(
        `WHERRY_PUBLIC_URL must be a scheme, a host and an optional port with nothing else; it is "${withoutUserinfo(public_url)}".`,
      )
    }
  }
  const secret_key = text('WHERRY_SECRET_KEY')
  if (secret_key !== undefined && secret_key.length < 32) {
    problems.push(
      `WHERRY_SECRET_KEY must have at least 32 characters; it has ${secret_key.length}. Make one with: openssl rand -base64 48`,
    )
  }
  const cert_file = text('WHERRY_TLS_CERT')
  const key_file = text('WHERRY_TLS_KEY')
  if ((cert_file === undefined) !== (key_file === undefined)) {
    problems.push(
      `WHERRY_TLS_CERT and WHERRY_TLS_KEY belong together; only ${cert_file === undefined ? 'WHERRY_TLS_KEY' : 'WHERRY_TLS_CERT'} is set.`,
    )
  }
  if (cert_file !== undefined && public_url?.startsWith('http:') === true) {
    problems.push('WHERRY_PUBLIC_URL must begin with https:// where WHERRY_TLS_CERT is set.')
  }
  const mail_from = text('WHERRY_MAIL_FROM') ?? ''
  if (!/^[^\r\n]*[^\s<>]+@[^\s<>]+>?$/.test(mail_from)) {
    problems.push(`WHERRY_MAIL_FROM must be an address or "Name <address>"; it is "${mail_from}".`)
  }
  const egress_never = list(text('WHERRY_EGRESS_NEVER') ?? '')
  // An entry that means nothing would leave open what the operator believes closed.
  for (const entry of egress_never) {
    if (isHostPort(entry) || ipaddr.isValidCIDR(entry)) continue
    problems.push(
      `WHERRY_EGRESS_NEVER must hold host:port pairs ([v6]:port for IPv6) or CIDR ranges; "${entry}" is neither.`,
    )
  }
  for (const name of Object.keys(env)) {
    if (!name.startsWith('WHERRY_') || name in settings || name.startsWith(test_prefix)) continue
    const meant = suggestName(name, Object.keys(settings))
    problems.push(`${name} is no setting of Wherry.${meant ? ` Did you mean ${meant}?` : ''}`)
  }

  const config: Config = {
    port: whole('WHERRY_PORT', 0, 65_535),
    host,
    public_url: public_url === undefined ? undefined : new URL(public_url).origin + '/',
    data_dir: path.resolve(text('WHERRY_DATA_DIR') ?? './data'),
    database_url: url('DATABASE_URL', ['postgres:', 'postgresql:'], false),
    database_connections: integer('WHERRY_DATABASE_CONNECTIONS'),
    secret_key,
    plan: choice<Plan>('WHERRY_PLAN'),
    trust_proxy: readTrustProxy(text('WHERRY_TRUST_PROXY') ?? 'false', problems),
    tls:
      cert_file !== undefined && key_file !== undefined
        ? { cert_file: path.resolve(cert_file), key_file: path.resolve(key_file) }
        : undefined,
    log_level: choice<LogLevel>('WHERRY_LOG_LEVEL'),
    smtp_url: url('WHERRY_SMTP_URL', ['smtp:', 'smtps:'], false),
    mail_from,
    sandbox_processes: integer('WHERRY_SANDBOX_PROCESSES'),
    sandbox_memory_bytes: integer('WHERRY_SANDBOX_MEMORY_MB') * 1024 * 1024,
    script_deadline_ms: integer('WHERRY_SCRIPT_DEADLINE_MS'),
    egress_never,
    requests_per_second: integer('WHERRY_REQUESTS_PER_SECOND'),
    hashes_waiting: integer('WHERRY_HASHES_WAITING'),
    log_retention_days: integer('WHERRY_LOG_RETENTION_DAYS'),
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

// A password has no place in these URLs, but whoever puts one there must not find it in the log.
function withoutUserinfo(url: string): string {
  return url.replace(/^([^/?#]*\/\/)[^/?#]*@/, '$1')
}

function isHostPort(text: string): boolean {
  const match = /^(?:\[([^\]]+)\]|[^:[\]\s/]+):(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  return match !== null && port >= 1 && port <= 65_535 && (match[1] === undefined || ipaddr.IPv6.isValid(match[1]))
}

// Written out in full: "1" would be read as 0.0.0.1, and is meant as a count of proxies.
function isAddressOrRange(text: string): boolean {
  const [address = ''] = text.split('/')
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return false
  return !text.includes('/') || ipaddr.isValidCIDR(text)
}

function readTrustProxy(text: string, problems: string[]): boolean | string[] {
  if (text === 'true') return true
  if (text === 'false') return false
  const addresses = list(text)
  const named = new Set(['loopback', 'linklocal', 'uniquelocal'])
  const wrong = addresses.filter((each) => !named.has(each) && !isAddressOrRange(each))
  if (wrong.length > 0) {
    problems.push(
      `WHERRY_TRUST_PROXY must be true, false, or a comma-separated list of addresses or CIDR ranges; "${wrong[0]}" is neither.`,
    )
  }
  return addresses
}
