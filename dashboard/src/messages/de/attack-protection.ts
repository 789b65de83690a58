import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)
const minutes = (value: number): string =>
  value >= 120 && value % 60 === 0
    ? `${count(value / 60)} Stunden`
    : plural('de', value, { one: '1 Minute', other: `${count(value)} Minuten` })

export const attackProtection = translation<'attackProtection'>()({
  title: 'Schutz vor Angriffen',
  subtitle: 'Grenzen für falsche Passwörter und Registrierungen, und wer durch sie jetzt gesperrt ist.',
  parts: 'Teile des Schutzes vor Angriffen',
  tabs: { locks: 'Jetzt gesperrt', limits: 'Grenzen' },
  addresses: 'Gesperrte Adressen',
  addressesHint: 'Von diesen Netzwerkadressen kann sich niemand mit einem Passwort anmelden.',
  noAddresses: 'Keine Adresse ist gesperrt.',
  listedMax: 1000,
  addressesCut: 'Gezeigt werden die 1.000 Adressen, deren Sperre zuletzt endet.',
  logins: 'Gesperrte Anmeldungen',
  loginsHint:
    'Eine E-Mail-Adresse, ein Benutzername oder eine Telefonnummer, die nach zu vielen falschen Passwörtern gesperrt ist.',
  searchLabel: 'E-Mail-Adresse, Benutzername oder Benutzer-Id',
  searchHint: 'Geben Sie ein, womit sich die Person anmeldet: Hier stehen dann die Sperren dieser Anmeldung.',
  noLogins: (identifier) => `${identifier} ist nicht gesperrt.`,
  everyAddress: 'jede Adresse',
  columns: {
    address: 'Adresse',
    until: 'Gesperrt bis',
    login: 'Anmeldung',
    connection: 'Verbindung',
    actions: 'Aktionen',
  },
  events: { limit_mu: 'Abgewiesene Adressen im Protokoll', limit_wc: 'Abgewiesene Anmeldungen im Protokoll' },
  unlock: 'Entsperren',
  unlockAll: 'Diese Anmeldung entsperren',
  unlockOf: (name) => `${name} entsperren`,
  unlocked: (name) => `${name} ist entsperrt`,
  notUnlocked: 'Die Sperre konnte nicht aufgehoben werden',
  loginLimit: 'Falsche Passwörter einer Anmeldung',
  loginLimitOn: (failures, where) =>
    `Nach ${plural('de', failures, { one: '1 falschen Passwort', other: `${count(failures)} falschen Passwörtern hintereinander` })} ist eine Anmeldung ${where} gesperrt, bis 24 Stunden nach dem ersten. Ein neues Passwort per Mail hebt die Sperre auf, ebenso ein Administrator.`,
  loginLimitOff: 'Nichts begrenzt, wie oft ein Passwort für eine Anmeldung geraten werden kann.',
  lockLogins: 'Eine Anmeldung nach falschen Passwörtern sperren',
  failures: 'Falsche Passwörter hintereinander',
  mode: 'Wo sie gezählt werden',
  modeHint: 'Für alle Adressen zusammen gezählt, kann ein Fremder eine Person aussperren.',
  modes: {
    count_per_identifier_and_ip: 'Für jede Adresse einzeln',
    count_per_identifier: 'Für alle Adressen zusammen',
  },
  modeOf: {
    count_per_identifier_and_ip: 'für die Adresse, von der sie kamen,',
    count_per_identifier: 'für jede Adresse',
  },
  addressLimits: 'Anfragen einer Adresse',
  lockAddresses: 'Eine Adresse nach zu vielen fehlgeschlagenen Anmeldungen oder Registrierungen sperren',
  limits: { logins: 'Fehlgeschlagene Anmeldungen', sign_ups: 'Registrierungen' },
  requests: { logins: 'Fehlgeschlagene Anmeldungen', sign_ups: 'Registrierungen' },
  minutes: 'Innerhalb von Minuten',
  addressLimitOn: {
    logins: (max, within) =>
      `Nach ${count(max)} fehlgeschlagenen Anmeldungen beliebiger Benutzer innerhalb von ${minutes(within)} kann sich von dieser Adresse niemand mit einem Passwort anmelden, bis diese Zeit vorbei ist.`,
    sign_ups: (max, within) =>
      `Nach ${count(max)} Registrierungen innerhalb von ${minutes(within)} kann sich von dieser Adresse niemand registrieren, bis diese Zeit vorbei ist.`,
  },
  addressLimitOff: {
    logins: 'Nichts begrenzt fehlgeschlagene Anmeldungen einer Adresse.',
    sign_ups: 'Nichts begrenzt Registrierungen einer Adresse.',
  },
  allowlist: 'Adressen, die nie gezählt werden',
  allowlistHint: 'IP-Adressen oder Bereiche wie 203.0.113.0/24, etwa die Ihres Büros oder Ihrer Tests.',
  breached: 'Veröffentlichte Passwörter',
  breachedText:
    'Wherry hat keine Liste veröffentlichter Passwörter und kann nicht sagen, ob ein Passwort auf einer steht. Die Grenzen oben gelten für jedes Passwort.',
})
