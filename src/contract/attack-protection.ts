import { Type, type Static } from 'typebox'
import { Choice, Strict, Text, type Route } from './route.ts'

const allowlist = Type.Optional(
  Type.Array(Text(64, 'IP address or CIDR range'), {
    maxItems: 100,
    description: 'Addresses that are never counted and never locked',
  }),
)
const enabled = Type.Optional(Type.Boolean({ description: 'Whether it is in force' }))
const shields = <const T extends string[]>(names: readonly [...T], description: string) =>
  Type.Optional(Type.Array(Choice(names, 'Reaction'), { maxItems: 3, description }))

/** How failed logins of one identifier are limited. */
export const BruteForceProtection = Strict({
  enabled,
  shields: shields(
    ['block', 'user_notification'],
    'Without `block`, nothing is locked. `user_notification` is stored and returned unchanged: no mail is sent.',
  ),
  allowlist,
  mode: Type.Optional(
    Choice(
      ['count_per_identifier_and_ip', 'count_per_identifier'],
      'Whether the failures of an identifier count for each address by itself, or for all addresses together; then a stranger can lock it for everybody',
    ),
  ),
  max_attempts: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, description: 'Failures in a row after which an identifier is locked' }),
  ),
})
export type BruteForceProtection = Static<typeof BruteForceProtection>

const Stage = (description: string) =>
  Type.Optional(
    Strict(
      {
        max_attempts: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 10_000, description: 'Requests of an address' }),
        ),
        rate: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 86_400_000,
            description: 'Milliseconds per request: an address is locked for max_attempts × rate after its first one',
          }),
        ),
      },
      description,
    ),
  )

/** How requests of one address are limited. */
export const SuspiciousIpThrottling = Strict({
  enabled,
  shields: shields(
    ['block', 'admin_notification'],
    'Without `block`, nothing is refused. `admin_notification` is stored and returned unchanged: no mail is sent.',
  ),
  allowlist,
  stage: Type.Optional(
    Strict({
      'pre-login': Stage('Failed logins'),
      'pre-user-registration': Stage('Sign-ups'),
      'pre-custom-token-exchange': Stage('Stored and returned unchanged: there is no token exchange'),
    }),
  ),
})
export type SuspiciousIpThrottling = Static<typeof SuspiciousIpThrottling>

const kept = 'Stored and returned unchanged'

/** The detection of breached passwords, which there is none of: it can only be off. */
export const BreachedPasswordDetection = Strict({
  enabled: Type.Optional(Type.Literal(false, { description: 'There is no list of breached passwords' })),
  shields: shields(['block', 'user_notification', 'admin_notification'], kept),
  admin_notification_frequency: Type.Optional(
    Type.Array(Choice(['immediately', 'daily', 'weekly', 'monthly'], kept), { maxItems: 4, description: kept }),
  ),
  method: Type.Optional(Choice(['standard', 'enhanced'], kept)),
  stage: Type.Optional(Type.Unknown({ description: kept })),
})
export type BreachedPasswordDetection = Static<typeof BreachedPasswordDetection>

type StageLimit = { max_attempts: number; rate: number }

/** All settings of attack protection, by their names. */
export type AttackProtection = {
  brute_force_protection: Required<BruteForceProtection>
  suspicious_ip_throttling: Required<Omit<SuspiciousIpThrottling, 'stage'>> & {
    stage: { 'pre-login': StageLimit; 'pre-user-registration': StageLimit }
  }
  breached_password_detection: Required<Omit<BreachedPasswordDetection, 'stage'>>
}

/** Changes of the settings of attack protection, by their names. */
export type AttackProtectionChange = {
  brute_force_protection: BruteForceProtection
  suspicious_ip_throttling: SuspiciousIpThrottling
  breached_password_detection: BreachedPasswordDetection
}

/** The settings of attack protection before a tenant changes them. */
export const newAttackProtection: AttackProtection = {
  brute_force_protection: {
    enabled: true,
    shields: ['block', 'user_notification'],
    allowlist: [],
    mode: 'count_per_identifier_and_ip',
    max_attempts: 10,
  },
  suspicious_ip_throttling: {
    enabled: true,
    shields: ['block', 'admin_notification'],
    allowlist: [],
    stage: {
      'pre-login': { max_attempts: 100, rate: 864_000 },
      'pre-user-registration': { max_attempts: 50, rate: 1200 },
    },
  },
  breached_password_detection: {
    enabled: false,
    shields: [],
    admin_notification_frequency: [],
    method: 'standard',
  },
}

const url = '/api/v2/attack-protection'
const get = { method: 'GET', scopes: ['read:attack_protection'], tag: 'attack-protection', status: 200 } as const
const patch = { method: 'PATCH', scopes: ['update:attack_protection'], tag: 'attack-protection', status: 200 } as const
const merged = 'A property that is left out stays as it is. Attempts that were counted before keep their count.'

/** Operations on the limits of failed logins and sign-ups. */
export const attackProtectionRoutes = {
  getBruteForceProtection: {
    ...get,
    url: `${url}/brute-force-protection`,
    summary: 'Get the limit of failed logins of an identifier',
    response: BruteForceProtection,
  },
  updateBruteForceProtection: {
    ...patch,
    url: `${url}/brute-force-protection`,
    summary: 'Update the limit of failed logins of an identifier',
    description: merged,
    body: BruteForceProtection,
    response: BruteForceProtection,
  },
  getSuspiciousIpThrottling: {
    ...get,
    url: `${url}/suspicious-ip-throttling`,
    summary: 'Get the limits of failed logins and sign-ups of an address',
    response: SuspiciousIpThrottling,
  },
  updateSuspiciousIpThrottling: {
    ...patch,
    url: `${url}/suspicious-ip-throttling`,
    summary: 'Update the limits of failed logins and sign-ups of an address',
    description: merged,
    body: SuspiciousIpThrottling,
    response: SuspiciousIpThrottling,
  },
  getBreachedPasswordDetection: {
    ...get,
    url: `${url}/breached-password-detection`,
    summary: 'Get the detection of breached passwords, which is off',
    response: BreachedPasswordDetection,
  },
  updateBreachedPasswordDetection: {
    ...patch,
    url: `${url}/breached-password-detection`,
    summary: 'Update the detection of breached passwords, which can only be off',
    body: BreachedPasswordDetection,
    response: BreachedPasswordDetection,
  },
} satisfies Record<string, Route>
