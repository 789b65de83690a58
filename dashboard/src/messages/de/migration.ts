import { number, percent, plural } from '../plural'
import { translation } from '../translation'
import { person } from './migration-person'
import { outcomes } from './outcomes'

const count = (value: number): string => number('de', value)
const people = (value: number): string => plural('de', value, { one: '1 Person', other: `${count(value)} Personen` })
const logins = (value: number): string =>
  plural('de', value, { one: '1 Anmeldung', other: `${count(value)} Anmeldungen` })
const notCompleted = (failed: number | undefined): string => {
  if (failed === undefined) return ''
  return failed === 0
    ? '; heute konnte jede Anmeldung abgeschlossen werden'
    : `; ${plural('de', failed, {
        one: '1 Anmeldung konnte heute nicht abgeschlossen werden',
        other: `${count(failed)} Anmeldungen konnten heute nicht abgeschlossen werden`,
      })}`
}

export const migration = translation<'migration'>()({
  title: 'Migration',
  parts: 'Teile der Migration',
  tabs: {
    overview: 'Übersicht',
    directory: 'Verzeichnis',
    rehearsal: 'Probelauf',
    decisions: 'Entscheidungen',
    tailImport: 'Restimport',
    finish: 'Abschluss',
    report: 'Bericht',
  },
  progress: 'Fortschritt des Jobs',
  jobWaits: 'Der Job beginnt gleich.',
  jobDone: (percent, seconds) =>
    seconds === undefined
      ? `${percent} % erledigt.`
      : `${percent} % erledigt, noch etwa ${count(Math.ceil(seconds / 60))} min.`,
  subtitle: 'Wie weit Ihre Benutzer aus ihren Altsystemen umgezogen sind.',
  states: {
    unseen: 'noch nicht gesehen',
    seen: 'gesehen, nicht umgezogen',
    reset_pending: 'Link für neues Passwort gesendet',
    migrated: 'umgezogen',
    refused: 'abgelehnt',
    deleted: 'hier gelöscht',
  },
  outcomes,
  problems: {
    missing_id: 'Zeile ohne Id',
    invalid_id: 'Id ist nicht verwendbar',
    repeated_id: 'mehrere Zeilen mit derselben Id',
    invalid_address: 'ungültige E-Mail-Adresse',
    invalid_username: 'ungültiger Benutzername',
    missing_identifier: 'keine E-Mail-Adresse, kein Benutzername, keine Telefonnummer',
    other_provider: 'meldet sich bei einem anderen Anbieter an',
    shared_identifier: 'teilt Adresse, Benutzername oder Telefonnummer mit einer anderen Person',
  },
  drift: 'die Skripte widersprechen sich',
  refusedBefore: 'bei einer früheren Anmeldung abgelehnt; der letzte Versuch sagt nicht, warum',
  rehearsed: (outcome) => `beim letzten Probelauf: ${outcome}`,
  ways: {
    login: 'bei einer Anmeldung',
    reset_confirm: 'mit einem neuen Passwort',
    signup: 'bei einer Registrierung',
    api: 'durch die API',
    import: 'durch einen Import',
  },
  modes: { local: 'lokal', import: 'importiert Benutzer', legacy: 'Altsystem entscheidet' },
  people,
  logins,
  columns: {
    connection: 'Verbindung',
    mode: 'Modus',
    moved: 'Umgezogen',
    notYet: 'Noch nicht',
    today: 'Heute umgezogen',
    person: 'Person',
    state: 'Zustand',
    lastOutcome: 'Letzter Versuch',
    legacyId: 'Id im Altsystem',
    when: 'Wann',
    application: 'Anwendung',
    here: 'Hier',
    movedNow: 'Jetzt umgezogen',
    failed: 'Fehlgeschlagen',
    count: 'Anzahl',
  },
  noConnections: 'Noch keine Verbindungen',
  noConnectionsHint:
    'Eine Migration beginnt mit einer Verbindung, die Ihre eigene Datenbank verwendet: Bei jeder Anmeldung fragen ihre Skripte das Altsystem, und die Personen, die es annimmt, ziehen hierher um.',
  knownOnly: (known) => `${count(known)} bekannt`,
  circuitOpen: 'Altsystem wird nicht aufgerufen',
  totals: (moved, not_yet, today) =>
    `${count(moved)} umgezogen, ${count(not_yet)} bekannt und nicht umgezogen, ${count(today)} heute umgezogen.`,
  sentence: (moved, total, failed) => `${count(moved)} von ${count(total)} umgezogen${notCompleted(failed)}.`,
  sentenceWithout: (moved, seen, failed) =>
    `${count(moved)} umgezogen, und ${count(seen)} kamen, ohne umzuziehen${notCompleted(failed)}.`,
  withoutDirectory:
    'Bekannt sind nur Personen, die gekommen sind. Wie viele das Altsystem hat, ist unbekannt, bis Sie sein Verzeichnis laden: einen Export seiner Benutzer, oder mit dem Skript list_users.',
  localSentence: (users) =>
    `Diese Verbindung verwendet kein Altsystem: ${plural('de', users, { one: '1 Benutzer ist', other: `${count(users)} Benutzer sind` })} hier.`,
  legacySentence: (users) =>
    `Das Altsystem entscheidet über jede Anmeldung, und niemand zieht um: ${plural('de', users, { one: '1 Profil ist', other: `${count(users)} Profile sind` })} hier zwischengespeichert. Schalten Sie „Benutzer importieren“ ein, damit Personen bei ihrer nächsten Anmeldung umziehen.`,
  goneHint: (gone) => `${people(gone)} davon stehen nicht mehr im zuletzt geladenen Verzeichnis.`,
  ended: 'Die Migration ist beendet',
  endedText: 'Die Verbindung ist lokal: Benutzer melden sich hier an, und nichts fragt mehr das Altsystem.',
  convertedAt: 'Lokal seit',
  disconnectedAt: 'Vom Altsystem getrennt:',
  openReport: 'Abschlussbericht',
  openFinish: 'Schritte des Abschlusses',
  finishing: 'Die Migration wird abgeschlossen',
  finishingText:
    'Ihre Skripte finden niemanden mehr: Wer nicht umgezogen ist, kommt nur mit einem neuen Passwort herein.',
  endedBadge: 'beendet',
  finishingBadge: 'wird abgeschlossen',
  funnel: 'Personen nach Zustand',
  funnelHint: 'Wählen Sie einen Zustand, um seine Personen unten aufzulisten.',
  share: (part, whole) => percent('de', part, whole),
  curve: 'Umzüge im Zeitverlauf',
  curveMoved: 'an diesem Tag umgezogen',
  curveTotal: 'bisher umgezogen',
  curveEmpty: 'Noch ist niemand umgezogen',
  curveEmptyHint: 'Die Kurve beginnt mit der ersten Person, die sich anmeldet und umzieht.',
  markOutage: (calls) =>
    `Altsystem bei ${plural('de', calls, { one: '1 Aufruf', other: `${count(calls)} Aufrufen` })} nicht erreichbar`,
  markSaves: (saves) =>
    `gespeichert: ${saves.map(({ script, times }) => (times === 1 ? script : `${script} (${count(times)}-mal)`)).join(', ')}`,
  moreMarks: (more) => `${count(more)} frühere Markierungen stehen im Bericht.`,
  today: 'Anmeldungen heute',
  todayHint: 'Mit einem Passwort, seit 00:00 UTC.',
  noLogins: 'Heute hat sich noch niemand angemeldet',
  noLoginsHint: 'Anmeldungen mit einem Passwort erscheinen hier sofort, nach Anwendung.',
  unknownApplication: 'unbekannte Anwendung',
  deletedApplication: (client_id) => `${client_id} (gelöscht)`,
  moreApplications: (more) => `${count(more)} weitere Anwendungen mit weniger Anmeldungen sind nicht aufgelistet.`,
  needsYou: 'Zu erledigen',
  needsNothing: 'Nichts zu erledigen',
  needsNothingHint:
    'Heute ist keine Anmeldung aus einem Grund gescheitert, den Sie beheben könnten, und niemand wartet auf eine Entscheidung.',
  alsoToday: (today) => `${logins(today)} heute.`,
  decided: (decided) =>
    `Entschieden: ${people(decided)}. Eine Entscheidung gilt ab der nächsten Anmeldung oder dem nächsten Import.`,
  seeDecisions: 'Entscheidungen ansehen',
  forExample: 'Zum Beispiel',
  reference: (code) => `Referenz ${code}`,
  actions: {
    decide: 'Einzeln entscheiden',
    review: 'Prüfen und hinnehmen',
    script: 'Skript bearbeiten',
    wait: 'Zeigen, wer es versucht hat',
  },
  advice: {
    decide:
      'Sie können so nicht umziehen. Behalten Sie eine Person, benennen Sie um, führen Sie als Alias zusammen, oder schließen Sie aus.',
    review: 'Das Altsystem oder eine Entscheidung lehnt sie ab. Schließen Sie aus, wer nie umziehen soll.',
    script:
      'Das Skript oder eine Regel scheitert bei ihnen. Nach einer Korrektur ziehen sie bei ihrer nächsten Anmeldung um.',
    store:
      'Das Altsystem oder sein Netzwerk war gestört. Niemand las „falsches Passwort“, und alle ziehen bei ihrer nächsten Anmeldung um.',
    server:
      'Der Server konnte Skripte oder Regeln nicht ausführen: Zu viele Aufrufe warteten, oder kein Prozess startete. Alle ziehen bei ihrer nächsten Anmeldung um.',
    second:
      'Wherry kennt ihren zweiten Faktor nicht. Die Verbindung kann so eingestellt werden, dass das Passwort allein genügt.',
    drift: 'login und get_user liefern für dieselbe Person verschiedene Werte. Korrigieren Sie das falsche Skript.',
  },
  store: 'Altsystem',
  storeAnswers: (p50, p95) => `Antwortet in ${count(p50)} ms; 95 % der Aufrufe innerhalb von ${count(p95)} ms.`,
  storeIdle: 'In dieser und der vorigen Stunde wurde kein Skript aufgerufen.',
  storeLeft: 'Es wird nicht mehr gefragt: Die Skripte des Abschlusses finden keinen Benutzer.',
  storeCalls: (calls, errors) =>
    `${plural('de', calls, { one: '1 Aufruf', other: `${count(calls)} Aufrufe` })} in dieser und der vorigen Stunde, ${count(errors)} fehlgeschlagen.`,
  inFlight: (calls) =>
    calls === 0
      ? 'Kein Aufruf läuft.'
      : plural('de', calls, { one: '1 Aufruf läuft.', other: `${count(calls)} Aufrufe laufen.` }),
  breaker: {
    closed: 'Schutzschalter: geschlossen, bei jeder Anmeldung wird gefragt.',
    open: 'Schutzschalter: offen. Das Altsystem wird bis zu zehn Sekunden lang nicht aufgerufen.',
    half_open: 'Schutzschalter: Ein Aufruf prüft, ob das Altsystem wieder antwortet.',
  },
  failingSince: 'Gestört seit',
  turnedAway: (turned) => `${logins(turned)} heute ohne Aufruf abgewiesen.`,
  lastFailure: (what) => `Der letzte Fehler: ${what}.`,
  health: {
    idle: 'keine Anmeldung in letzter Zeit',
    ok: 'antwortet',
    degraded: 'einige Anmeldungen scheitern',
    failing: 'gestört',
  },
  groups: 'Nicht umgezogen',
  groupsCounting: 'Die Personen werden gezählt. Bei einer Million dauert das Sekunden.',
  groupsFailed: (why) => `Sie konnten nicht gezählt werden: ${why}`,
  countedAt: 'Gezählt',
  byActivity: 'Nach letzter Aktivität im Altsystem',
  byDomain: 'Nach E-Mail-Domain',
  byWay: 'Wie Personen umgezogen sind',
  activity: {
    '30_days': 'in den letzten 30 Tagen',
    '90_days': 'vor 30 bis 90 Tagen',
    year: 'vor 90 Tagen bis einem Jahr',
    older: 'vor mehr als einem Jahr',
    unknown: 'unbekannt',
  },
  otherDomains: 'andere Domains',
  withHash: 'Hash bekannt',
  reachable: 'per E-Mail erreichbar',
  withoutAddress: 'ohne E-Mail-Adresse',
  disabled: 'im Altsystem deaktiviert',
  allMoved: 'Alle bekannten Personen sind umgezogen.',
  decideAll: 'Über alle entscheiden',
  decideAllOf: (cause: string) => `Über alle entscheiden: ${cause}`,
  decideAllLabel: (named: number) =>
    `Was mit ${plural('de', named, { one: '1 Person', other: `${count(named)} Personen` })} geschieht`,
  decideAllHint: (decided: number) =>
    decided === 0
      ? 'Jede Entscheidung kann zurückgenommen werden, bis die Person umgezogen ist.'
      : `Über ${people(decided)} mit dieser Ursache ist schon entschieden; das bleibt so. Jede Entscheidung kann zurückgenommen werden, bis die Person umgezogen ist.`,
  decideAllRest: (named: number, rest: number) =>
    `Auf einmal wird über höchstens ${people(named)} entschieden; ${people(rest)} ${rest === 1 ? 'bleibt' : 'bleiben'} danach übrig.`,
  consequencesForAll: {
    exclude: 'Sie ziehen nie um. Nach dem richtigen Passwort lesen sie Ihren Text.',
    retry: 'Es wird nichts entschieden: Bei der nächsten Anmeldung jeder Person wird der Umzug erneut versucht.',
  },
  excludeAll: (named: number) => `${people(named)} ausschließen`,
  retryAll: (named: number) => `${people(named)} erneut versuchen lassen`,
  decidedAll: (decided: number) => `Über ${people(decided)} entschieden`,
  decidedSome: (decided: number) => `Über ${people(decided)} entschieden. Es gibt weitere mit dieser Ursache.`,
  filterRehearsed: 'Letzter Probelauf',
  records: 'Personen',
  list: 'Liste der Personen',
  searchLabel: 'Person nach E-Mail, Benutzername, Telefonnummer, Id oder Referenzcode suchen',
  filters: 'Filter',
  filterState: 'Zustand',
  stateNotMoved: 'nicht umgezogen',
  filterOutcome: 'Letzter Versuch',
  filterWay: 'Umgezogen',
  filterMore: 'Außerdem',
  filterAny: 'beliebig',
  more: {
    drifted: 'die Skripte widersprechen sich',
    problem: 'können mit dieser Zeile nicht umziehen',
    shared: 'teilen eine Kennung mit einer anderen Person',
    has_hash: 'Hash bekannt',
    disabled: 'im Altsystem deaktiviert',
    gone: 'nicht mehr im Verzeichnis',
  },
  clearFilters: 'Filter zurücksetzen',
  export: 'Exportieren',
  exportCsv: 'Als CSV',
  exportJson: 'Als JSON, ein Objekt je Zeile',
  exportFailed: 'Die Liste konnte nicht exportiert werden',
  changed: 'Die Zahlen haben sich geändert, seit diese Liste gelesen wurde.',
  refresh: 'Liste neu lesen',
  noRecords: 'Noch ist niemand bekannt',
  noRecordsHint:
    'Personen erscheinen hier bei ihrer ersten Anmeldung, oder alle auf einmal, wenn Sie das Verzeichnis des Altsystems laden.',
  noMatch: 'Niemand passt',
  noMatchHint:
    'Die Suche findet den Anfang einer E-Mail-Adresse oder eines Benutzernamens, und eine ganze Id des Altsystems.',
  found: 'Gefunden',
  notAttributed: 'Ein Versuch einer Person, die hier unbekannt ist',
  ...person,
})
