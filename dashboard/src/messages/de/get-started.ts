import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)

export const getStarted = translation<'getStarted'>()({
  title: 'Erste Schritte',
  subtitle: 'Von einem leeren Mandanten zur ersten Person, die umzieht.',
  steps: 'Schritte bis zur ersten Person, die umzieht',
  states: { done: 'erledigt', next: 'als Nächstes' },
  step: {
    application: {
      title: 'Anwendung erstellen',
      text: 'Wobei sich Ihre Benutzer anmelden: Sie hat die Client-Id und die Adressen, zu denen eine Anmeldung zurückkehren darf.',
      action: 'Anwendungen',
    },
    connection: {
      title: 'Datenbankverbindung erstellen',
      text: 'Die Datenbank Ihrer Benutzer hier. Sie ziehen einer nach dem anderen dorthin um.',
      action: 'Verbindungen',
    },
    own_database: {
      title: 'Eigene Datenbank verwenden',
      text: 'Die Verbindung fragt dann mit ihren Skripten Ihr Altsystem. Schalten Sie „Eigene Datenbank verwenden“ ein.',
      action: 'Eigene Datenbank',
    },
    scripts: {
      title: 'Skripte speichern',
      text: 'login prüft ein Passwort in Ihrem Altsystem, get_user findet eine Person. Beginnen Sie mit einer Vorlage, oder übernehmen Sie Ihre Skripte von Auth0 unverändert.',
      action: 'Eigene Datenbank',
    },
    parameters: {
      title: 'Parameter setzen',
      text: 'Adressen und Geheimnisse, die die Skripte lesen: hier verschlüsselt und nie wieder angezeigt.',
      action: 'Parameter',
    },
    try: {
      title: 'Das Skript login mit einer Person ausprobieren',
      text: 'Ausprobieren zeigt Feld für Feld, was gespeichert würde. Niemand zieht dadurch um.',
      action: 'Ausprobieren',
    },
    import: {
      title: '„Benutzer importieren“ einschalten',
      text: 'Von da an zieht um, wer sich mit dem richtigen Passwort anmeldet; spätere Anmeldungen fragen das Altsystem nie.',
      action: 'Benutzer importieren',
    },
    enable: {
      title: 'Die Anwendung die Verbindung verwenden lassen',
      text: 'Eine Anwendung meldet Benutzer der Verbindungen an, die für sie eingeschaltet sind.',
      action: 'Anwendungen der Verbindung',
    },
    login: {
      title: 'Als Person des Altsystems anmelden',
      text: 'Melden Sie sich bei Ihrer Anwendung mit E-Mail-Adresse und Passwort des Altsystems an. Die Person erscheint innerhalb von Sekunden hier.',
      action: 'Beobachten',
    },
  },
  done: (steps) => `${plural('de', steps, { one: '1 Schritt', other: `${count(steps)} Schritte` })} von 9 erledigt.`,
  missing: (parameters) =>
    plural('de', parameters, {
      one: '1 Parameter ist nicht gesetzt.',
      other: `${count(parameters)} Parameter sind nicht gesetzt.`,
    }),
  hide: 'Diese Seite ausblenden',
  waiting: 'Warten auf die erste Person',
  waitingHint: (connection) =>
    `Alles ist bereit: Personen von ${connection} ziehen um, wenn sie sich mit dem richtigen Passwort anmelden.`,
  noAttempt: 'Heute ist keine Anmeldung gescheitert.',
  attempts: 'Anmeldungen von heute ohne Erfolg:',
  seeAttempts: 'Zeigen, wer es versucht hat und woran es scheiterte',
  arrived: (moved) =>
    plural('de', moved, { one: 'Die erste Person ist umgezogen', other: `${count(moved)} Personen sind umgezogen` }),
  last: 'Die letzte:',
  fromNowOn:
    'Ihre nächsten Anmeldungen werden hier geprüft. Das Altsystem wird nur nach denen gefragt, die nicht umgezogen sind.',
  watch: 'Migration beobachten',
  loadDirectory: 'Das Verzeichnis des Altsystems laden, um zu wissen, wer nicht umgezogen ist',
})
