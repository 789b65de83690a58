import path from 'node:path'
import ipaddr from 'ipaddr.js'
import { suggestName } from '../base/suggest-name.ts'
import type { Plan } from '../contract/plans.ts'
import { readAdminUrl, type AdminUrl } from './admin-url.ts'
import { createSettingReader, withoutUserinfo, type SettingReader } from './setting-reader.ts'
import { settings, type HardenedMode, type LogLevel } from './settings.ts'

/** The settings, read and checked. */
export type Config = {
  port: number
  host: string
  /** With the trailing slash; undefined when it follows from the port that is bound. */
  public_url: string | undefined
  admin_url: AdminUrl
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
  sandbox_hardened: HardenedMode
  script_deadline_ms: number
  egress_never: string[]
  egress_allow: string[]
  egress_private_tenants: string[]
  requests_per_second: number
  hashes_waiting: number
  log_retention_days: number
  script_log_retention: { days: number; lines: number }
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
 * @throws {ConfigError} with every problem found: which setting, what is wrong, what would be right
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const read = createSettingReader(env)
  const public_url = readPublicUrl(read)
  const tls = readTlsFiles(read, public_url)
  const config: Config = {
    port: read.integer('WHERRY_PORT'),
    host: read.text('WHERRY_HOST') ?? '127.0.0.1',
    public_url,
    admin_url: readAdminUrl(read, { public_url, speaks_tls: tls !== undefined }),
    data_dir: path.resolve(read.text('WHERRY_DATA_DIR') ?? './data'),
    database_url: read.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    database_connections: read.integer('WHERRY_DATABASE_CONNECTIONS'),
    secret_key: readSecretKey(read),
    plan: read.choice<Plan>('WHERRY_PLAN'),
    trust_proxy: readTrustProxy(read),
    tls,
    log_level: read.choice<LogLevel>('WHERRY_LOG_LEVEL'),
    smtp_url: read.url('WHERRY_SMTP_URL', ['smtp:', 'smtps:']),
    mail_from: readMailFrom(read),
    sandbox_processes: read.integer('WHERRY_SANDBOX_PROCESSES'),
    sandbox_memory_bytes: read.integer('WHERRY_SANDBOX_MEMORY_MB') * 1024 * 1024,
    sandbox_hardened: read.choice<HardenedMode>('WHERRY_SANDBOX_HARDENED'),
    script_deadline_ms: read.integer('WHERRY_SCRIPT_DEADLINE_MS'),
    egress_never: readEgressNever(read),
    egress_allow: readEgressAllow(read),
    egress_private_tenants: read.list('WHERRY_EGRESS_PRIVATE_TENANTS'),
    requests_per_second: read.integer('WHERRY_REQUESTS_PER_SECOND'),
    hashes_waiting: read.integer('WHERRY_HASHES_WAITING'),
    log_retention_days: read.integer('WHERRY_LOG_RETENTION_DAYS'),
    script_log_retention: {
      days: read.integer('WHERRY_SCRIPT_LOG_RETENTION_DAYS'),
      lines: read.integer('WHERRY_SCRIPT_LOG_LINES'),
    },
  }
  const problems = [...read.problems, ...unknownSettings(env)]
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** The address with the trailing slash, or undefined where it is unset or refused. */
function readPublicUrl({ problems, url }: SettingReader): string | undefined {
  const given = url('WHERRY_PUBLIC_URL', ['http:', 'https:'])
  if (given === undefined) return undefined
  const { origin, pathname, search, hash, username, password } = new URL(given)
  if (pathname !== '/' || `${search}${hash}${username}${password}` !== '') {
    problems.push(
      `WHERRY_PUBLIC_URL must be a scheme, a host and an optional port with nothing else; it is "${withoutUserinfo(given)}".`,
    )
  }
  return `${origin}/`
}

function readSecretKey({ problems, text }: SettingReader): string | undefined {
  const secret_key = text('WHERRY_SECRET_KEY')
  if (secret_key !== undefined && secret_key.length < 32) {
    problems.push(
      `WHERRY_SECRET_KEY must have at least 32 characters; it has ${secret_key.length}. Make one with: openssl rand -base64 48`,
    )
  }
  return secret_key
}

function readTlsFiles({ problems, text }: SettingReader, public_url: string | undefined): Config['tls'] {
  const cert_file = text('WHERRY_TLS_CERT')
  const key_file = text('WHERRY_TLS_KEY')
  if (cert_file !== undefined && public_url?.startsWith('http:') === true) {
    problems.push('WHERRY_PUBLIC_URL must begin with https:// where WHERRY_TLS_CERT is set.')
  }
  if (cert_file !== undefined && key_file !== undefined) {
    return { cert_file: path.resolve(cert_file), key_file: path.resolve(key_file) }
  }
  if (cert_file !== undefined || key_file !== undefined) {
    const only = cert_file === undefined ? 'WHERRY_TLS_KEY' : 'WHERRY_TLS_CERT'
    problems.push(`WHERRY_TLS_CERT and WHERRY_TLS_KEY belong together; only ${only} is set.`)
  }
  return undefined
}

function readMailFrom({ problems, text }: SettingReader): string {
  const mail_from = text('WHERRY_MAIL_FROM') ?? ''
  if (!/^[^\r\n]*[^\s<>]+@[^\s<>]+>?$/.test(mail_from)) {
    problems.push(`WHERRY_MAIL_FROM must be an address or "Name <address>"; it is "${mail_from}".`)
  }
  return mail_from
}

function readEgressNever({ problems, list }: SettingReader): string[] {
  const entries = list('WHERRY_EGRESS_NEVER')
  // An entry that cannot be read would leave a destination open that the operator wanted to close.
  for (const entry of entries) {
    if (isHostPort(entry) || ipaddr.isValidCIDR(entry)) continue
    problems.push(
      `WHERRY_EGRESS_NEVER must hold host:port pairs ([v6]:port for IPv6) or CIDR ranges; "${entry}" is neither.`,
    )
  }
  return entries
}

function readEgressAllow({ problems, list }: SettingReader): string[] {
  const entries = list('WHERRY_EGRESS_ALLOW')
  const wrong = entries.find((entry) => !isHostPort(entry))
  if (wrong !== undefined)
    problems.push(`WHERRY_EGRESS_ALLOW must hold host:port pairs ([v6]:port for IPv6); "${wrong}" is none.`)
  return entries
}

function isHostPort(text: string): boolean {
  const match = /^(?:\[([^\]]+)\]|[^:[\]\s/]+):(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  return match !== null && port >= 1 && port <= 65_535 && (match[1] === undefined || ipaddr.IPv6.isValid(match[1]))
}

// Written out in full: ipaddr.js would read "1" as 0.0.0.1, where the operator means a number of proxies.
function isAddressOrRange(text: string): boolean {
  const [address = ''] = text.split('/')
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return false
  return !text.includes('/') || ipaddr.isValidCIDR(text)
}

function readTrustProxy({ problems, text, list }: SettingReader): boolean | string[] {
  const given = text('WHERRY_TRUST_PROXY')
  if (given === 'true') return true
  if (given === 'false') return false
  const addresses = list('WHERRY_TRUST_PROXY')
  const named = new Set(['loopback', 'linklocal', 'uniquelocal'])
  const wrong = addresses.filter((each) => !named.has(each) && !isAddressOrRange(each))
  if (wrong.length > 0) {
    problems.push(
      `WHERRY_TRUST_PROXY must be true, false, or a comma-separated list of addresses or CIDR ranges; "${wrong[0]}" is neither.`,
    )
  }
  return addresses
}

const withoutPrefix = (name: string): string => name.replace(/^WHERRY_/, '')

/** The setting that is meant: the prefix, which most have, does not make two names alike. */
function suggestSetting(name: string): string | undefined {
  const names = Object.keys(settings)
  const meant = suggestName(withoutPrefix(name), names.map(withoutPrefix))
  return names.find((each) => withoutPrefix(each) === meant)
}

function unknownSettings(env: Record<string, string | undefined>): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('WHERRY_') && !(name in settings) && !name.startsWith(test_prefix))
    .map((name) => {
      const meant = suggestSetting(name)
      return `${name} is not a setting of Wherry.${meant === undefined ? '' : ` Did you mean ${meant}?`}`
    })
}
