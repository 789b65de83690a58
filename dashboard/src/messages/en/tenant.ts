import type { Answer } from '../../client/contract-types'
import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)
const users = (value: number): string => plural('en', value, { one: '1 user', other: `${count(value)} users` })
const people = (value: number): string => plural('en', value, { one: '1 person', other: `${count(value)} people` })
type Use = Answer<'getTenantPlan'>['uses'][number]
type Feature = Use['feature']

const planNames: Readonly<Record<string, string>> = {
  free: 'Free',
  developer: 'Developer',
  developer_pro: 'Developer Pro',
  enterprise: 'Enterprise',
}

const allows: Record<Feature, string> = {
  import_mode: 'Import users',
  legacy_mode: 'Legacy store decides',
}

const effects: Record<Feature, (use: Use) => string> = {
  import_mode: ({ not_moved, is_complete }) =>
    `${
      is_complete
        ? `${people(not_moved)} who ${not_moved === 1 ? 'has' : 'have'} not moved`
        : `Those who have not moved, ${people(not_moved)} of them known,`
    } cannot log in or reset a password, and no one can sign up. Those who have moved log in as before.`,
  legacy_mode: ({ users: of_users }) =>
    `No one can log in: ${users(of_users)} who came by, and everybody else whom the legacy store has.`,
}

export const tenant = {
  titleOf: (name: string) => `Tenant ${name}`,
  parts: 'Parts of the tenant',
  more: 'More of the tenant',
  tabs: { settings: 'General', plan: 'Plan', keys: 'Signing keys', network: 'Network' },

  look: 'Name and logo',
  lookHint: 'Shown on the sign-in pages and in mails.',
  support: 'Support',
  supportHint: 'Shown where people cannot go on by themselves, and in mails.',
  languages: 'Languages',
  languagesHint: 'Pages and mails take the first language of the browser that is among these.',
  sessions: 'Sessions',
  sessionsHint:
    'How long people stay signed in to this tenant. A session keeps the end that it had when it began; tokens have lifetimes of their own.',
  hours: ' hours',
  defaults: 'Defaults',
  defaultsHint: 'What holds where a request or an application does not say otherwise.',
  none: 'None',
  emailRule: 'Enter an e-mail address, or leave it empty.',
  urlRule: 'Enter an address that begins with https:// or http://, or leave it empty.',
  hoursRule: (min: number, max: number) => `Enter hours from ${min.toLocaleString('en')} to ${count(max)}.`,
  fields: {
    friendly_name: { label: 'Name', hint: 'The name of your company or product.' },
    picture_url: { label: 'Logo', hint: 'The address of an image.' },
    support_email: { label: 'E-mail address', hint: undefined },
    support_url: { label: 'Web page', hint: undefined },
    default_language: { label: 'Default language', hint: 'For people whose languages are not among these.' },
    other_languages: { label: 'Further languages', hint: 'Languages without texts of their own are stored only.' },
    ends_with_browser: {
      label: 'Sessions end with the browser',
      hint: 'Most browsers keep them all the same while they restore their tabs.',
    },
    session_lifetime: { label: 'Longest session', hint: 'After it people sign in again, however active they are.' },
    idle_session_lifetime: { label: 'Longest time without use', hint: 'After it people sign in again.' },
    ephemeral_session_lifetime: {
      label: 'Longest session',
      hint: 'After it people sign in again, even where the browser was not closed.',
    },
    idle_ephemeral_session_lifetime: { label: 'Longest time without use', hint: 'After it people sign in again.' },
    default_directory: { label: 'Connection of password grants that name no realm', hint: undefined },
    default_audience: { label: 'API of token requests that name none', hint: undefined },
    default_redirection_uri: {
      label: 'Where people go who come without an application',
      hint: 'For example after a link of a mail that names none.',
    },
    allowed_logout_urls: {
      label: 'Addresses that a logout may lead to',
      hint: 'For logouts that name no application. Separate them with commas.',
    },
    oidc_conformant_answers: {
      label: 'Answers conform to OpenID Connect',
      hint: 'For applications that do not set it themselves. Off, the answers are those of Auth0.',
    },
    says_user_exists: {
      label: 'A sign-up says that the user exists',
      hint: 'On, strangers can find out who has an account here.',
    },
  },

  plans: 'Plans',
  plansHint:
    'What each plan allows, and what it does to the people of this tenant. With “Import users”, people move out of a legacy store at their next login; without it, a legacy store can decide about each login.',
  planColumns: { plan: 'Plan', allows: 'Allows', effect: 'What it does here' },
  planNames,
  present: 'present plan',
  allowsLocal: 'Users kept here',
  allows,
  effects,
  effectIn: 'In:',
  allAllowed: 'Everything is allowed.',
  notUsed: 'Nothing changes: no connection uses what it lacks.',
  moreConnections: (more: number) => `and ${count(more)} more`,
  changePlan: 'Change the plan',
  changePlanHint:
    'Only the operator of this server changes the plan; no role in the tenant can. It counts at the next login, and nothing is deleted: a higher plan brings everything back.',

  keys: 'Signing keys',
  keysHint: 'Tokens are signed by the current key. Applications check them with the keys that are published.',
  keyColumns: { key: 'Key', state: 'State', since: 'Since', actions: 'Actions' },
  fingerprint: (text: string) => `SHA-1 ${text}`,
  keyStates: {
    current: { name: 'current', hint: 'Signs tokens.' },
    next: { name: 'next', hint: 'Published ahead; the next rotation makes it current.' },
    previous: { name: 'previous', hint: 'Its tokens are accepted. It is published for 31 days.' },
    revoked: { name: 'revoked', hint: 'Its tokens are refused.' },
  },
  published: 'Published keys',
  publishedHint: 'Where applications fetch the keys.',
  certificate: 'Certificate',
  certificateOf: (kid: string) => `Download the certificate of ${kid}`,
  rotate: 'Rotate',
  rotateTitle: 'Rotate the signing key',
  rotateText:
    'The next key signs new tokens. Tokens of the key before stay valid, and applications that fetch the published keys notice nothing. An application with a built-in certificate refuses new tokens until it has that of the next key: download it first.',
  rotated: 'The next key signs now',
  revoke: 'Revoke',
  revokeOf: (kid: string) => `Revoke ${kid}`,
  revokeTitle: 'Revoke the key',
  revokeTexts: {
    current:
      'The next key signs from now on. Every token that this key signed is refused: users of your applications and your programs must fetch new ones. Sessions and refresh tokens stay. This cannot be undone.',
    next: 'It has signed nothing. Another key is published ahead in its place. This cannot be undone.',
    previous:
      'Every token that it signed is refused: users of your applications who still have one must fetch a new one. Sessions and refresh tokens stay. This cannot be undone.',
  },
  revoked: 'The key is revoked',

  egress: 'Rules and actions',
  egressHint:
    'Where the rules and actions of this tenant may connect to. Each connection has a list of its own for its scripts.',
}
