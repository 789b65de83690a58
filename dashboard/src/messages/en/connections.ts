import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)
const users = (value: number): string => plural('en', value, { one: '1 user', other: `${count(value)} users` })

export const connections = {
  title: 'Connections',
  subtitle: 'Where your users are kept: here, or in a legacy store that they move out of.',
  empty: 'No connections yet',
  emptyHint: 'A connection is a database of users. Create one, then let it ask your own database at each login.',
  total: (value: number) => plural('en', value, { one: '1 connection', other: `${count(value)} connections` }),
  columns: {
    name: 'Connection',
    mode: 'Mode',
    here: 'Here',
    notYet: 'Not yet',
    today: 'Moved today',
    health: 'Health',
  },
  modes: {
    local: 'local',
    import: 'imports users',
    legacy: 'legacy store decides',
  },
  notYetUnknown: 'unknown',
  notYetUnknownHint: 'Without a directory only those are known who came by.',
  turnsAway: 'turns logins away',
  failedToday: (value: number) => `${count(value)} failed today`,
  noneFailedToday: 'none failed today',
  migrationEnded: 'migration ended',
  health: { idle: 'no recent login', ok: 'answers', degraded: 'some logins fail', failing: 'fails' },

  create: 'Create connection',
  createTitle: 'Create a database connection',
  createText:
    'Its users are kept here at first. On its page you can let it use your own database and import users from it.',
  name: 'Name',
  nameHint: 'Applications name the connection by it. It never changes.',
  nameRule: (max: number) =>
    `Letters, digits and single hyphens between them, at most ${count(max)} characters: acme-users`,

  parts: 'Parts of the connection',
  tabs: {
    settings: 'Settings',
    customDatabase: 'Custom Database',
    applications: 'Applications',
    try: 'Try Connection',
  },

  names: 'Names',
  connectionId: 'Connection ID',
  displayName: 'Display name',
  displayNameHint: 'Shown to admins and on buttons instead of the name.',
  displayNameRule: 'A display name can be changed, but not removed.',
  identifiers: 'Sign-up and identifiers',
  domains: 'E-mail domains',
  domainsHint:
    'Where an application has several connections: the addresses of these domains are looked up in this connection only.',
  domainsRule: 'A domain without @, path or port: example.com',
  passwords: 'Passwords',
  policy: 'Password policy',
  policyHint: 'For passwords that people choose here. It never stops a user who moves with an old password.',
  policies: {
    none: 'None: any password that is not empty',
    low: 'Low: at least 6 characters',
    fair: 'Fair: at least 8 characters, with lower case, upper case and digits',
    good: 'Good: at least 8 characters of three of the four kinds',
    excellent: 'Excellent: as good, but at least 10 characters, and never three equal ones in a row',
  },
  minLength: 'Least number of characters',
  minLengthHint: 'Instead of the number of the policy.',
  legacyStore: 'Users from the legacy store',
  idNamespace: 'Namespace of legacy ids',
  idNamespaceHint:
    'Set before the first user moves: with two legacy stores, the id 7 of one and the id 7 of the other are then two people.',
  idNamespaceRule: 'At most 64 letters, digits, hyphens and underscores',
  latencyFloor: 'Least duration of a refused login',
  latencyFloorHint: 'Hides from strangers how long the legacy store took, and so who is known there.',
  profileUpdates: 'Names and picture of the legacy store',
  profileUpdatesHint: 'When those of the legacy store replace those here.',
  profileUpdate: {
    on_each_login: 'At each login that asks the legacy store',
    on_first_login: 'At the first login only',
    never_on_login: 'Never at a login',
  },
  notStored: 'Members that are not stored',
  notStoredHint: 'Names of members of profiles that are dropped before a user is stored, such as ssn.',
  forgotText: 'What a forgotten password needs',
  forgotTextHint: 'The scripts of this connection cannot change a password. This text says where people can.',
  forgotUrl: 'Its link',
  switches: {
    allows_signup: {
      label: 'People may sign up',
      hint: 'Off: users come from the legacy store, an import or an admin.',
    },
    allows_reset: { label: 'People may reset their password', hint: 'Off: only an admin sends a link.' },
    identifier_first: {
      label: 'Ask for the identifier first',
      hint: 'The password is asked for on a second page, which is the same for everybody.',
    },
    requires_username: {
      label: 'Users have a username',
      hint: 'Besides their e-mail address. They log in with either.',
    },
    brute_force_protection: {
      label: 'Brute-force protection',
      hint: 'Ten wrong passwords in a row lock an identifier for the address that they came from.',
    },
    verify_email_on_migration: {
      label: 'Mail a verification link at the move',
      hint: 'To users whose address the legacy store has not verified. Off: a move sends no mail.',
    },
    ignore_legacy_second_factor: {
      label: 'Let users with a second factor in by password alone',
      hint: 'There are no second factors here yet. Off: such users are refused and counted.',
    },
  },

  whoDecides: 'Who decides about a login',
  decides: {
    local: 'Wherry decides: users and passwords are kept here, and no script runs.',
    import:
      'Wherry decides about users who are here. A login of anybody else runs your login script; who has the right password moves here, and your database is not asked about them again.',
    legacy: 'Your scripts decide at each login. The profile is copied here, a password never.',
  },
  modeSwitches: {
    enabledDatabaseCustomization: {
      label: 'Use my own database',
      hint: 'Scripts look users up in your database and verify their passwords.',
    },
    import_mode: {
      label: 'Import users',
      hint: 'Users move here at their first login, with the password that they have.',
    },
  },
  now: 'Now:',
  after: 'After the change:',
  changeIt: 'Change it',
  planNeeded: (plan: string) => `The plan of this tenant does not include it: it needs the plan ${plan}.`,
  hasUsers: (here: number) =>
    `${users(here)} of this connection are here, with an origin that does not change: this switch is possible only before the first one. To end a migration, open Finish: it turns the scripts off and lets everybody keep their password.`,
  hasMoved: (moved: number) =>
    `${users(moved)} moved here, and their passwords with them. Without importing they could not log in any more. To end the migration, open Finish.`,
  effects: (now: 'local' | 'import' | 'legacy', next: 'local' | 'import' | 'legacy', here: number) =>
    now === next
      ? 'Nothing changes for anybody until the scripts are in use.'
      : next === 'legacy' && now === 'local'
        ? 'From the next login on, your scripts decide. Save a login script first: without one no user can log in.'
        : next === 'import'
          ? `${users(here)} are here now. Everybody else moves at their next login.`
          : next === 'legacy'
            ? `${users(here)} are here. From their next login on, your scripts decide about them again.`
            : 'From the next login on, no script runs: only users who are here can log in.',

  answersIn: (ms: number, calls: number) =>
    `The legacy store answers in ${count(ms)} ms (half of ${plural('en', calls, { one: '1 call', other: `${count(calls)} calls` })} of the last two hours)`,
  turnedAway: 'Calls are turned away until the legacy store answers again: no user can move meanwhile.',
  failingSince: 'It fails since',
  lastFailure: (outcome: string) => `Last failure: ${outcome},`,
  startFrom: 'Start from',
  startFromHint: 'Scripts for the usual legacy stores are generated from a few settings. Or write them yourself below.',
  scriptsLoaded: (label: string) => `The scripts for ${label} are loaded. They are not in use until you save them.`,
  replaceScripts: 'Replace these scripts?',
  hereNow: 'Here now',
  replace: 'Replace them',
  startFromTemplate: 'Start from a template',
  template: 'Legacy store',
  templateHint: 'PostgreSQL, WordPress, Keycloak …',
  noTemplate: 'There is no template for it. Start from the JSON web service, or write the scripts yourself.',
  otherSettings: (value: number) =>
    plural('en', value, { one: '1 setting with a default', other: `${count(value)} settings with defaults` }),
  cannotMove: 'Who cannot move by a login',
  cannotMoveHint:
    'They get in by a new password, with a link in a mail, where the service finds them by their address. Tell them before you start.',
  templateText:
    'The address and the secrets are saved as parameters at once, and the hosts that the address names are allowed, so that the scripts can be tried. Undo takes back what was added. The scripts are loaded into the editor: they are not in use until you save them.',
  needs: {
    title: 'Changed at once, before you save the scripts',
    added: (names: string) => `New parameters: ${names}.`,
    allowed: (entries: string) => `Scripts of this connection may connect to ${entries}.`,
    restricted:
      'Scripts may connect to listed destinations only, no longer to any public host. No script is saved yet.',
    replaced: (names: string) =>
      `The value of ${names} is replaced, also for the scripts in use. The value before is not kept: Undo does not bring it back.`,
    normalization:
      'What the legacy application does to passwords (password_normalization) is replaced, also for users who move before you save.',
    replaceAndLoad: 'Replace and load',
    notTakenBack: 'Not everything was taken back',
  },
  loadScripts: 'Load the scripts',

  application: 'Application',
  clientId: 'Client ID',
  mayUse: 'May use it',
  mayUseIt: (name: string) => `${name} may use the connection`,
  applicationsText: 'Only users of enabled applications can log in with this connection.',
  noApplications: 'No applications yet',
  noApplicationsHint: 'Create an application first. Then enable this connection for it here.',

  delete: 'Delete connection',
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteText: 'Its users, their passwords and its migration records are deleted. This cannot be undone.',
  deleteUsers: (here: number, records: number) =>
    `${users(here)} and ${plural('en', records, { one: '1 migration record', other: `${count(records)} migration records` })} are deleted, with all passwords and scripts. None of them can log in afterwards. This cannot be undone.`,
  deleted: (name: string) => `${name} is being deleted`,
}
