import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)
const minutes = (value: number): string =>
  value >= 120 && value % 60 === 0
    ? `${count(value / 60)} hours`
    : plural('en', value, { one: '1 minute', other: `${count(value)} minutes` })

export const attackProtection = {
  title: 'Attack protection',
  subtitle: 'Limits on wrong passwords and on sign-ups, and who is locked by them now.',
  parts: 'Parts of attack protection',
  tabs: { locks: 'Locked now', limits: 'Limits' },
  addresses: 'Locked addresses',
  addressesHint: 'From these network addresses, no user can log in with a password.',
  noAddresses: 'No address is locked.',
  listedMax: 1000,
  addressesCut: 'The 1,000 addresses whose locks end last are shown.',
  logins: 'Locked logins',
  loginsHint: 'An e-mail address, a username or a phone number that is locked after too many wrong passwords.',
  searchLabel: 'E-mail address, username or user id',
  searchHint: 'Type what the person logs in with: the locks of that login are shown here.',
  noLogins: (identifier: string) => `${identifier} is not locked.`,
  everyAddress: 'every address',
  columns: { address: 'Address', until: 'Locked until', login: 'Login', connection: 'Connection', actions: 'Actions' },
  events: { limit_mu: 'Refused addresses in the logs', limit_wc: 'Refused logins in the logs' },
  unlock: 'Unlock',
  unlockAll: 'Unlock this login',
  unlockOf: (name: string) => `Unlock ${name}`,
  unlocked: (name: string) => `${name} is unlocked`,
  notUnlocked: 'It could not be unlocked',
  loginLimit: 'Wrong passwords of one login',
  loginLimitOn: (failures: number, where: string) =>
    `After ${plural('en', failures, { one: '1 wrong password', other: `${count(failures)} wrong passwords in a row` })} a login is locked ${where}, until 24 hours after the first of them. A new password by mail ends the lock, and so does an admin.`,
  loginLimitOff: 'Nothing limits how often a password can be guessed for one login.',
  lockLogins: 'Lock a login after wrong passwords',
  failures: 'Wrong passwords in a row',
  mode: 'Where they are counted',
  modeHint: 'Counted for all addresses together, a stranger can lock a person out.',
  modes: {
    count_per_identifier_and_ip: 'For each address by itself',
    count_per_identifier: 'For all addresses together',
  },
  modeOf: {
    count_per_identifier_and_ip: 'for the address that they came from',
    count_per_identifier: 'for every address',
  },
  addressLimits: 'Requests of one address',
  lockAddresses: 'Lock an address after too many failed logins or sign-ups',
  limits: { logins: 'Failed logins', sign_ups: 'Sign-ups' },
  requests: { logins: 'Failed logins', sign_ups: 'Sign-ups' },
  minutes: 'Within minutes',
  addressLimitOn: {
    logins: (max: number, within: number) =>
      `After ${count(max)} failed logins of any users within ${minutes(within)}, no user can log in with a password from that address until this time is over.`,
    sign_ups: (max: number, within: number) =>
      `After ${count(max)} sign-ups within ${minutes(within)}, no one can sign up from that address until this time is over.`,
  },
  addressLimitOff: {
    logins: 'Nothing limits failed logins of one address.',
    sign_ups: 'Nothing limits sign-ups of one address.',
  },
  allowlist: 'Addresses that are never counted',
  allowlistHint: 'IP addresses or ranges such as 203.0.113.0/24, for example those of your office or your tests.',
  breached: 'Breached passwords',
  breachedText:
    'Wherry has no list of breached passwords, so that it cannot tell whether a password is on one. The limits above hold for every password.',
}
