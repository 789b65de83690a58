import { number, plural } from '../plural'
import { translation } from '../translation'
import { finish_steps } from './finish-steps'

const count = (value: number): string => number('de', value)
const people = (value: number): string => plural('de', value, { one: '1 Person', other: `${count(value)} Personen` })

const activity: Record<string, string> = {
  '30d': 'in den letzten 30 Tagen',
  '90d': 'vor 30 bis 90 Tagen',
  '365d': 'vor 90 Tagen bis einem Jahr',
  older: 'vor mehr als einem Jahr',
  unknown: 'zu unbekannter Zeit',
}

const reason_meanings = {
  not_moved:
    'Sie können sich nicht mehr mit ihrem alten Passwort anmelden. Mit einem neuen Passwort kommt herein, wessen Adresse das Verzeichnis hat; die anderen brauchen Hilfe.',
  no_mail_server:
    'Kein Mailserver ist eingestellt: Links für ein neues Passwort bleiben im Postausgang, und wer nicht umgezogen ist, bekommt seinen nicht.',
  no_directory:
    'Kein Verzeichnis wurde geladen: Wie viele noch nicht gekommen sind, ist nicht bekannt, und keine von ihnen bekommt nach dem Abschluss ein neues Passwort.',
  open_resets:
    'Links für ein neues Passwort von Personen, die nicht umgezogen sind: Sie bleiben nur für die gültig, deren Adresse das Verzeichnis hat.',
  recent_legacy_logins:
    'Anmeldungen, die das Altsystem in den letzten 7 Tagen angenommen hat: Es kommen noch Personen.',
  undecided:
    'Personen, über die nichts entschieden ist: solche, die so nicht umziehen können, etwa wegen einer ungültigen Adresse, und solche, die eine Adresse oder einen Benutzernamen teilen.',
  other_programs:
    'Andere Programme, die den Server des Altsystems bei der letzten Stichprobe seiner Sitzungen benutzt haben.',
  not_sampled:
    'Von den Sitzungen des Altsystems gibt es keine Stichprobe: Ob andere Programme es benutzen, ist nicht bekannt.',
} as const

const step_texts = {
  no_op: {
    does: 'Ersetzt die Skripte login und get_user durch Skripte, die niemanden finden, und bewahrt die Originale auf. Anmeldungen, Registrierungen und neue Passwörter fragen das Altsystem nicht mehr. Wer nicht umgezogen ist, kommt nur noch mit einem neuen Passwort herein, das an die Adresse im Verzeichnis geschickt wird.',
    undo: 'Ein Zurückrollen bringt die Skripte zurück.',
  },
  watch: {
    does: 'Zählt für die gegebene Zeit, wer sich als nicht umgezogen herausstellt, die Anmeldungen mit unbekannten Kennungen und die anderen Programme, die eine Stichprobe im Altsystem findet, und vergleicht sie mit den akzeptierten Zahlen. Es beginnt keine Stichprobe: Ohne eine in dieser Zeit ist nicht bekannt, ob andere Programme das Altsystem benutzen.',
    undo: 'Es ändert nichts. Ein Zurückrollen vergisst die Zahlen.',
  },
  convert: {
    does: 'Macht die Verbindung zu einer lokalen: options.enabledDatabaseCustomization und options.import_mode werden false, und kein Skript läuft mehr. Skripte und Einstellungen bleiben erhalten.',
    undo: 'Ein Zurückrollen bringt den Importmodus und die Skripte zurück.',
  },
  disconnect: {
    does: 'Löscht, was vom Altsystem aufbewahrt ist: die Einstellungen und Quelltexte aller Skripte mit ihren Versionen, erlaubte Ziele, Skriptprotokolle, Skriptaufrufe, Passwort-Hashes des Verzeichnisses, nicht angewandte Ladevorgänge, Stichproben anderer Programme sowie Dateien und abgelehnte Zeilen von Aufträgen. Der Abschlussbericht bleibt gleich: Er behält die Zahlen der Skriptaufrufe, Ausfälle und Versionen nach Tagen. Danach wird der eingebettete Speicher neu geschrieben; Anmeldungen warten so lange, etwa eine Sekunde je 50 MB, und der Datenträger braucht Platz für eine zweite Kopie.',
    undo: 'Es kann nicht rückgängig gemacht werden: Von hier gibt es kein Zurückrollen. Importierte Passwort-Hashes bleiben, bis die Personen sich anmelden, und was das Verzeichnis über nicht umgezogene Personen sagt, bleibt ohne Hashes. Ältere Sicherungen enthalten das Gelöschte weiter.',
  },
} as const

export const finish = translation<'finish'>()({
  title: 'Abschluss',
  subtitle: 'Beendet die Migration: Von da an wird das Altsystem nicht mehr gefragt.',
  stale: 'Der gezeigte Stand hat sich vielleicht geändert',
  nothing: {
    local: 'Es gibt nichts abzuschließen',
    legacy: 'Die Verbindung importiert noch keine Benutzer',
    import: '',
  },
  nothingHint: {
    local: 'Diese Verbindung führt ihre Benutzer hier und fragt kein Altsystem.',
    legacy:
      'Das Altsystem entscheidet über jede Anmeldung, und kein Benutzer hat hier ein Passwort. Schalten Sie auf der Seite der Verbindung „Benutzer importieren“ ein, und lassen Sie die Personen zuerst umziehen.',
    import: '',
  },
  finished: 'Die Migration ist abgeschlossen',
  finishedText: 'Das Altsystem wird nicht mehr gebraucht. Der Bericht bewahrt die Zahlen der Migration.',

  preflight: 'Was jetzt nicht mehr ginge',
  movedOf: (migrated, known) => `${count(migrated)} von ${people(known)} umgezogen.`,
  movedWithout: (migrated) =>
    `${people(migrated)} umgezogen. Wie viele noch nicht gekommen sind, ist ohne Verzeichnis unbekannt.`,
  nothingBreaks: 'Nichts, soweit hier bekannt: Alle sind umgezogen, und nichts wartet auf eine Entscheidung.',
  reasonBadge: 'Prüfen',
  reasons: {
    not_moved: (value) =>
      plural('de', value, {
        one: '1 Person, die nicht umgezogen ist, könnte sich nicht mehr anmelden',
        other: `${count(value)} Personen, die nicht umgezogen sind, könnten sich nicht mehr anmelden`,
      }),
    no_mail_server: (value) =>
      plural('de', value, {
        one: '1 Person bekäme kein neues Passwort per E-Mail',
        other: `${count(value)} Personen bekämen kein neues Passwort per E-Mail`,
      }),
    no_directory: () => 'Kein Verzeichnis ist geladen',
    open_resets: (value) =>
      plural('de', value, {
        one: '1 Link für ein neues Passwort ist noch offen',
        other: `${count(value)} Links für ein neues Passwort sind noch offen`,
      }),
    recent_legacy_logins: (value) =>
      plural('de', value, {
        one: '1 Anmeldung hat das Altsystem in den letzten 7 Tagen angenommen',
        other: `${count(value)} Anmeldungen hat das Altsystem in den letzten 7 Tagen angenommen`,
      }),
    undecided: (value) =>
      plural('de', value, {
        one: '1 Person braucht eine Entscheidung',
        other: `${count(value)} Personen brauchen eine Entscheidung`,
      }),
    not_sampled: () => 'Ob andere Programme das Altsystem benutzen, ist unbekannt',
    other_programs: (value) =>
      plural('de', value, {
        one: '1 anderes Programm benutzt das Altsystem',
        other: `${count(value)} andere Programme benutzen das Altsystem`,
      }),
  },
  solve: {
    not_moved: 'Anzeigen',
    no_mail_server: 'Maildienst einstellen',
    no_directory: 'Verzeichnis laden',
    open_resets: 'Anzeigen',
    recent_legacy_logins: 'Zeigen, wer umgezogen ist',
    undecided: 'Entscheiden',
    not_sampled: 'Stichprobe starten',
    other_programs: 'Programme anzeigen',
  },
  activityCounting: 'Sie werden nach ihrer letzten Aktivität gezählt. Bei einer Million dauert das Sekunden.',
  lastActivity: (within, value) => `${people(value)} zuletzt aktiv ${activity[within] ?? within}`,

  steps: 'Schritte',
  stepsHint: 'Einer nach dem anderen. Bis zum letzten stellt das Zurückrollen alles wieder her.',
  stepNames: finish_steps,
  reasonMeaning: ({ reason }) => reason_meanings[reason],
  stepDoes: ({ step }) => step_texts[step].does,
  stepUndo: ({ step }) => step_texts[step].undo,
  states: {
    open: 'nicht gestartet',
    running: 'läuft',
    done: 'erledigt',
    exceeded: 'mehr als akzeptiert',
    failed: 'fehlgeschlagen',
  },
  start: (step) => `Starten: ${step}`,
  startAgain: (step) => `Erneut starten: ${step}`,
  startTitle: (step) => `${step}?`,
  startAction: 'Starten',
  started: (step) => `Gestartet: ${step}`,

  watchLength: 'Dauert',
  watchUnit: 'Einheit',
  units: { minutes: 'Minuten', hours: 'Stunden', days: 'Tage' },
  accept: {
    latecomers: 'Personen, die doch nicht umgezogen waren',
    unknown_identifiers: 'Anmeldungen mit unbekannten Kennungen',
    other_programs: 'Andere Programme im Altsystem',
  },
  acceptHint: {
    latecomers: 'So viele akzeptieren Sie höchstens. Anfangs: so viele, wie nicht umgezogen waren.',
    unknown_identifiers: 'So viele akzeptieren Sie höchstens. Leer: wie zuvor, anfangs beliebig viele.',
    other_programs: 'So viele akzeptieren Sie höchstens. Gezählt werden sie nur während einer Stichprobe: siehe unten.',
  },

  watch: 'Die Beobachtung',
  watchRunning: 'Gezählt seit ihrem Beginn. Der Schritt endet, wenn ihre Zeit vorbei ist.',
  watchEnded: 'Die Zahlen der letzten Beobachtung.',
  endsAt: 'Endet',
  endedAt: 'Beendet',
  passed: 'Vergangene Zeit der Beobachtung',
  counted: 'Gezählt',
  now: 'Anzahl',
  acceptedNumber: 'Akzeptiert',
  verdict: 'Im Rahmen',
  anyNumber: 'beliebig viele',
  notCounted: 'nicht gezählt',
  notCountedVerdict: 'keine Stichprobe lief',
  over: 'mehr als akzeptiert',
  within: 'im Rahmen',
  overText:
    'Mehr, als Sie akzeptiert haben. Sehen Sie sich unten die Personen und die Programme an. Starten Sie die Beobachtung danach erneut, mit höheren Zahlen, wo Sie sie akzeptieren, oder rollen Sie zurück.',

  rollBack: 'Zurückrollen',
  rollBackTitle: 'Den Abschluss zurückrollen?',
  rollBackHint: 'Die Skripte und „Benutzer importieren“ sind wie zuvor, und das Altsystem wird wieder gefragt.',
  noRollBack: 'Es gibt keinen Weg zurück.',
  rolledBack: 'Der Abschluss ist zurückgerollt: Das Altsystem wird wieder gefragt',

  what: 'Was',
  count: 'Anzahl',
  wiped: 'Gelöscht',
  wipedHint: 'Endgültig aus diesem Speicher entfernt.',
  kept: 'Aufbewahrt',
  keptHint: 'Vom Altsystem noch hier.',

  latecomers: 'Personen, die nicht umgezogen waren und seither kamen',
  latecomersHint:
    'Sie konnten sich nicht mit ihrem alten Passwort anmelden. Auf der Seite jeder Person senden Sie einen Link für ein neues Passwort, verknüpfen den Benutzer, der sie jetzt ist, oder geben ihre Kennungen frei.',
  latecomersByDay: 'Nach Tag',
  latecomersList: 'Liste dieser Personen',
  day: 'Tag (UTC)',
  people: 'Personen',
  noLatecomers: 'Niemand kam',
  noLatecomersHint:
    'Keine der nicht umgezogenen Personen hat seit dem Beginn des Abschlusses versucht, sich anzumelden oder ein neues Passwort zu erhalten.',
  person: 'Person',
  attempts: 'Versuche',
  last: 'Letzter Versuch',
  when: 'Wann',
  through: { login: 'eine Anmeldung', reset_request: 'forderte ein neues Passwort an' },

  programs: 'Andere Programme im Altsystem',
  programsHint:
    'Liest die Sitzungen des Datenbankservers von PostgreSQL, MySQL, MariaDB oder SQL Server, nie den Text einer Anweisung.',
  showSampling: 'Letzte Stichprobe anzeigen',
  noSampling: 'Noch keine Stichprobe: Ob andere Programme das Altsystem benutzen, ist unbekannt.',
  samplingLength: 'Dauer der Stichprobe',
  durations: { '600': '10 Minuten', '3600': '1 Stunde', '86400': '1 Tag', '604800': '7 Tage' },
  startSampling: 'Stichprobe starten',
  samplingStarted: 'Die Stichprobe hat begonnen',
  notSampled: 'Die Stichprobe konnte nicht gestartet werden',
  sampling: { sampling: 'läuft', finished: 'beendet' },
  samples: (taken, failed) =>
    `${plural('de', taken, { one: '1 Stichprobe', other: `${count(taken)} Stichproben` })}, ${count(failed)} fehlgeschlagen.`,
  missingGrant: 'Nur einige Sitzungen sind sichtbar. Diese Anweisung gewährt das Recht, alle zu sehen:',
  noNames: 'Die Namen der Programme sind auf diesem Server nicht lesbar.',
  cut: 'Es wurden mehr als 500 Programme gefunden. Die übrigen sind weggelassen.',
  noPrograms: 'Kein anderes Programm wurde gefunden.',
  program: 'Programm',
  databaseUser: 'Datenbankbenutzer',
  host: 'Von',
  database: 'Datenbank',
  sessions: 'Meiste Sitzungen',
  lastSeen: 'Zuletzt gesehen',
  unnamed: 'ohne Namen',
  ownUser: (user) => `${user} (der Benutzer dieser Verbindung)`,
  sameHost: 'der Server selbst',
})
