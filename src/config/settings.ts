/**
 * Config: reads and checks the environment. It opens no file and knows no tenant; the modules that receive a setting
 * apply it.
 */

import { default_plan, plans } from '../contract/plans.ts'

/** How a setting's text is read. */
export type SettingKind =
  | 'text'
  | 'port'
  | 'integer'
  | 'flag'
  | 'url'
  | 'folder'
  | 'file'
  | 'choice'
  | 'list'
  | 'secret'

/** One setting of the operator's interface. */
export type Setting = {
  kind: SettingKind
  description: string
  /** As text; undefined where an unset setting has a meaning of its own. */
  default?: string
  choices?: readonly string[]
  minimum?: number
  maximum?: number
}

const log_levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const hardened_modes = ['auto', 'required', 'off'] as const

/** Every setting that Wherry reads from its environment or from a `.env` file. */
export const settings = {
  WHERRY_PORT: { kind: 'port', default: '3000', description: 'Port that the server listens on. 0 takes a free one.' },
  WHERRY_HOST: {
    kind: 'text',
    default: '127.0.0.1',
    description: 'Address that the server listens on. Use 0.0.0.0 to accept connections from other machines.',
  },
  WHERRY_PUBLIC_URL: {
    kind: 'url',
    description:
      'Address under which clients reach the default tenant, with or without the last slash; the issuer is this address with it. Default: http(s)://localhost:<port>/.',
  },
  WHERRY_ADMIN_URL: {
    kind: 'url',
    description:
      'Address of the pages and tokens of admins, with another host or port than the public URL. No tenant is served there. In production, give it a host name of its own: browsers send cookies to all ports of a host. The server also listens there if the host is a loopback host and the port is not its own; for any other host, a reverse proxy must pass the Host header on. The value off means that there is no such address. All processes on one PostgreSQL need the same value. Default: the loopback host of the public URL with the port after the port of the server; none where the public URL is not on this machine.',
  },
  WHERRY_DATA_DIR: {
    kind: 'folder',
    default: './data',
    description:
      'Folder of the embedded store, the sealing key and first-run.json. One process at a time may use it as a store.',
  },
  DATABASE_URL: {
    kind: 'secret',
    description:
      'A postgres:// URL. When set, everything is kept in that PostgreSQL database instead of the embedded store, and several processes may share it.',
  },
  WHERRY_DATABASE_CONNECTIONS: {
    kind: 'integer',
    default: '10',
    minimum: 1,
    maximum: 200,
    description:
      'Maximum number of connections to PostgreSQL of this process, beside two for searches and two for counts of people.',
  },
  WHERRY_SECRET_KEY: {
    kind: 'secret',
    description:
      'Sealing key for secrets at rest, at least 32 characters. Without it a key is generated once in <data>/secret.key (mode 0600). All processes on one PostgreSQL need the same key.',
  },
  WHERRY_PLAN: {
    kind: 'choice',
    choices: plans,
    default: default_plan,
    description: 'Plan of the default tenant. Import mode needs developer or higher, legacy mode needs enterprise.',
  },
  WHERRY_TRUST_PROXY: {
    kind: 'text',
    default: 'false',
    description:
      'Proxies whose X-Forwarded-* headers are trusted: false (none), a comma-separated list of their addresses or CIDR ranges, or true (every caller: any caller can then claim any address, and the limits on failed logins by address have no effect).',
  },
  WHERRY_TLS_CERT: {
    kind: 'file',
    description: 'PEM file with the certificate chain. Together with WHERRY_TLS_KEY the server speaks https.',
  },
  WHERRY_TLS_KEY: { kind: 'file', description: 'PEM file with the private key for WHERRY_TLS_CERT.' },
  WHERRY_LOG_LEVEL: {
    kind: 'choice',
    choices: log_levels,
    default: 'info',
    description: 'Lowest level of the process log (JSON lines on standard output).',
  },
  WHERRY_SMTP_URL: {
    kind: 'secret',
    description:
      'smtp:// or smtps:// URL of the mail server. Without it mail is kept in the outbox and read through the Management API, and invitations of admins are not mailed.',
  },
  WHERRY_MAIL_FROM: { kind: 'text', default: 'Wherry <no-reply@localhost>', description: 'Sender of mail.' },
  WHERRY_SANDBOX_PROCESSES: {
    kind: 'integer',
    default: '50',
    minimum: 1,
    maximum: 1000,
    description:
      'Maximum number of script processes. When all are in use, an idle one is replaced, and a tenant with less than its equal share gets one of the tenant that has most.',
  },
  WHERRY_SANDBOX_MEMORY_MB: {
    kind: 'integer',
    default: '300',
    minimum: 128,
    maximum: 4096,
    description: 'Memory of one script process, in MiB.',
  },
  WHERRY_SANDBOX_HARDENED: {
    kind: 'choice',
    choices: hardened_modes,
    default: 'auto',
    description:
      'Whether bubblewrap isolates the script processes in namespaces of their own, without network and with an almost empty file system: auto (where it works on this machine; else the start logs a warning with the reason), required (the server does not start where it does not work) or off.',
  },
  WHERRY_SCRIPT_DEADLINE_MS: {
    kind: 'integer',
    default: '10000',
    minimum: 100,
    maximum: 60_000,
    description: 'Maximum duration of one script call, in milliseconds.',
  },
  WHERRY_EGRESS_NEVER: {
    kind: 'list',
    default: '',
    description:
      'Comma-separated host:port pairs or CIDR ranges that no script, log stream or mail server of a tenant may reach, even when its connection allows them by name.',
  },
  WHERRY_EGRESS_ALLOW: {
    kind: 'list',
    default: '',
    description:
      'Comma-separated host:port pairs on this machine or in private networks at which tenants may have log streams and mail servers, beside public addresses; http:// is allowed for these only.',
  },
  WHERRY_EGRESS_PRIVATE_TENANTS: {
    kind: 'list',
    default: 'default',
    description:
      'Comma-separated names of the tenants whose connections may allow scripts to reach this machine and private networks (RFC 1918, RFC 6598, RFC 4193), each by an entry in options.egress.allow; * for all tenants.',
  },
  WHERRY_REQUESTS_PER_SECOND: {
    kind: 'integer',
    default: '200',
    minimum: 1,
    maximum: 100_000,
    description: 'Management API requests per second and tenant; further ones are refused with 429.',
  },
  WHERRY_LOG_RETENTION_DAYS: {
    kind: 'integer',
    default: '30',
    minimum: 1,
    maximum: 3650,
    description: 'How long log events are kept, in days.',
  },
  WHERRY_SCRIPT_LOG_RETENTION_DAYS: {
    kind: 'integer',
    default: '30',
    minimum: 1,
    maximum: 3650,
    description: 'How long the lines of the script log and the counts of script calls are kept, in days.',
  },
  WHERRY_SCRIPT_LOG_LINES: {
    kind: 'integer',
    default: '10000',
    minimum: 100,
    maximum: 1_000_000,
    description: 'Maximum number of lines of the script log of each connection; the oldest beyond it are deleted.',
  },
  WHERRY_HASHES_WAITING: {
    kind: 'integer',
    default: '500',
    minimum: 1,
    maximum: 100_000,
    description: 'Maximum number of password hashes that wait for a core; further ones are refused with 503.',
  },
} as const satisfies Record<string, Setting>

/** The name of a setting. */
export type SettingName = keyof typeof settings

/** The levels of the process log. */
export type LogLevel = (typeof log_levels)[number]

/** Whether bubblewrap isolates sandbox processes: where it works, in any case, or never. */
export type HardenedMode = (typeof hardened_modes)[number]
