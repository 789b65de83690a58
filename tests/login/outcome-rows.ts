// The table of login outcomes.
import type { Scripted } from './people-scripts.ts'

/** A user of the scripted legacy store whose password is `right`. */
export const person = (id: string, more: Partial<Scripted> = {}): Scripted => ({
  password: 'right',
  profile: { user_id: id, email: `${id}@legacy.example`, email_verified: true },
  ...more,
})

/** The users of the legacy store, by e-mail address. */
export const people: Record<string, Scripted> = {
  'ada@legacy.example': person('ada'),
  'bob@legacy.example': person('bob'),
  'denied@legacy.example': person('denied', { answer: 'unauthorized' }),
  'expired@legacy.example': person('expired', { answer: 'validation' }),
  'error@legacy.example': person('error', { answer: 'error' }),
  'throw@legacy.example': person('throw', { answer: 'throw' }),
  'string@legacy.example': person('string', { answer: 'string' }),
  'number@legacy.example': person('number', { answer: 'number' }),
  'exit@legacy.example': person('exit', { answer: 'exit' }),
  'noid@legacy.example': person('noid', { profile: { email: 'noid@legacy.example' } }),
  'badmail@legacy.example': person('badmail', { profile: { user_id: 'badmail', email: 'not an address' } }),
  'twin@legacy.example': person('twin', { profile: { user_id: 'twin', email: 'ada@legacy.example' } }),
  'blocked@legacy.example': person('blocked', {
    profile: { user_id: 'blocked', email: 'blocked@legacy.example', blocked: true },
  }),
  'refused@legacy.example': person('refused', { answer: 'refused' }),
  'timeout@legacy.example': person('timeout', { answer: 'timeout' }),
  'never@legacy.example': person('never', { answer: 'never' }),
  'memory@legacy.example': person('memory', { answer: 'memory' }),
}

/** What one login must answer, log, record and count. */
export type Row = {
  name: string
  password?: string
  status: number
  error: string
  description: string | RegExp
  type: string
  outcome: string
  /** State of the user's migration record afterwards; undefined: no record. */
  state: string | undefined
  counted: boolean
  retry_after?: boolean
}

const unavailable = 'The user store cannot be reached right now. Your password was not checked.'
const incomplete = 'We could not complete your login.'
/** A login for each outcome. */
export const rows: Row[] = [
  {
    name: 'bob',
    password: 'wrong',
    status: 403,
    error: 'invalid_grant',
    description: 'Wrong email or password.',
    type: 'fp',
    outcome: 'wrong_password',
    state: 'seen',
    counted: true,
  },
  {
    name: 'nobody',
    status: 403,
    error: 'invalid_grant',
    description: 'Wrong email or password.',
    type: 'fu',
    outcome: 'unknown_user',
    state: undefined,
    counted: true,
  },
  {
    name: 'denied',
    status: 403,
    error: 'unauthorized',
    description: 'Your contract has ended.',
    type: 'f',
    outcome: 'denied_by_script',
    state: 'refused',
    counted: false,
  },
  {
    name: 'expired',
    status: 400,
    error: 'password_expired',
    description: 'Your password has expired.',
    type: 'f',
    outcome: 'refused_by_script',
    state: 'refused',
    counted: false,
  },
  {
    name: 'error',
    status: 500,
    error: 'server_error',
    description: incomplete,
    type: 'f',
    outcome: 'script_error',
    state: undefined,
    counted: false,
  },
  {
    name: 'throw',
    status: 500,
    error: 'server_error',
    description: incomplete,
    type: 'f',
    outcome: 'script_error',
    state: undefined,
    counted: false,
  },
  {
    name: 'string',
    status: 500,
    error: 'server_error',
    description: incomplete,
    type: 'f',
    outcome: 'script_error',
    state: undefined,
    counted: false,
  },
  {
    name: 'exit',
    status: 500,
    error: 'server_error',
    description: incomplete,
    type: 'f',
    outcome: 'script_error',
    state: undefined,
    counted: false,
  },
  {
    name: 'number',
    status: 500,
    error: 'server_error',
    description: incomplete,
    type: 'f',
    outcome: 'profile_refused',
    state: 'refused',
    counted: false,
  },
  {
    name: 'noid',
    status: 500,
    error: 'server_error',
    description: incomplete,
    type: 'f',
    outcome: 'profile_refused',
    state: 'refused',
    counted: false,
  },
  {
    name: 'badmail',
    status: 500,
    error: 'server_error',
    description: incomplete,
    type: 'f',
    outcome: 'profile_refused',
    state: 'refused',
    counted: false,
  },
  {
    name: 'twin',
    status: 500,
    error: 'server_error',
    description: incomplete,
    type: 'f',
    outcome: 'collision',
    state: 'refused',
    counted: false,
  },
  {
    name: 'blocked',
    status: 403,
    error: 'unauthorized',
    description: 'user is blocked',
    type: 'f',
    outcome: 'blocked',
    state: 'refused',
    counted: false,
  },
  {
    name: 'refused',
    status: 503,
    error: 'temporarily_unavailable',
    description: unavailable,
    type: 'f',
    outcome: 'legacy_unreachable',
    state: undefined,
    counted: false,
    retry_after: true,
  },
  {
    name: 'timeout',
    status: 503,
    error: 'temporarily_unavailable',
    description: unavailable,
    type: 'f',
    outcome: 'legacy_timeout',
    state: undefined,
    counted: false,
    retry_after: true,
  },
  {
    name: 'never',
    status: 503,
    error: 'temporarily_unavailable',
    description: unavailable,
    type: 'f',
    outcome: 'script_timeout',
    state: undefined,
    counted: false,
    retry_after: true,
  },
  {
    name: 'memory',
    status: 503,
    error: 'temporarily_unavailable',
    description: unavailable,
    type: 'f',
    outcome: 'out_of_memory',
    state: undefined,
    counted: false,
    retry_after: true,
  },
]
