import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)

export const report = translation<'report'>()({
  title: 'Bericht',
  subtitle:
    'Die Zahlen der Migration, zum Lesen und Aufbewahren. Sie bleiben auch nach dem letzten Schritt des Abschlusses, der löscht, was Wherry vom Altsystem aufbewahrt hat.',
  formats: { html: 'HTML', csv: 'CSV', json: 'JSON' },
  download: (format) => `Bericht als ${format} herunterladen`,
  notDownloaded: 'Der Bericht konnte nicht heruntergeladen werden',
  empty: 'Noch nichts zu berichten',
  emptyHint: 'Der Bericht zählt die Personen des Altsystems, ab der ersten Anmeldung oder dem ersten Verzeichnis.',
  sentence: (migrated, total) =>
    `${count(migrated)} von ${plural('de', total, { one: '1 Person', other: `${count(total)} Personen` })} umgezogen.`,
  firstSeen: 'Erste Person erfasst',
  lastMoved: 'Letzter Umzug',
  made: 'Bericht vom',
  curve: 'Umzüge im Zeitverlauf',
  moved: 'Umgezogen',
  movedTotal: 'Insgesamt umgezogen',
  people: 'Personen nach Zustand',
  origin: 'Woher sie bekannt sind',
  origins: { listed: 'im Verzeichnis', discovered: 'kamen, ohne darin zu stehen', gone: 'nicht mehr im Verzeichnis' },
  movedThrough: 'Wie sie umgezogen sind',
  users: 'Benutzer hier',
  arrivals: {
    signup: 'hier registriert',
    login: 'bei einer Anmeldung umgezogen',
    reset_confirm: 'mit einem neuen Passwort umgezogen',
    import: 'importiert',
    api: 'von einem Administrator oder der API erstellt',
    legacy_signup: 'im Altsystem registriert',
  },
  refused: 'Abgelehnt, nach Ursache',
  noCause: 'keine Ursache erfasst',
  remaining: 'Nicht umgezogen, nach letzter Aktivität',
  disabledOfThem: (value) =>
    `Im Altsystem deaktiviert: ${plural('de', value, { one: '1 davon', other: `${count(value)} davon` })}.`,
  decisions: 'Entscheidungen',
  drift: 'Widersprüche der Skripte, nach Feld',
  days: 'Nach Tag',
  day: 'Tag (UTC)',
  refusedOnDay: 'Abgelehnt',
  deleted: 'Gelöscht',
  calls: 'Skriptaufrufe',
  outages: 'Davon während eines Ausfalls',
  total: (value) => `${count(value)} insgesamt`,
  none: 'Keine',
  what: 'Was',
  number: 'Anzahl',
})
