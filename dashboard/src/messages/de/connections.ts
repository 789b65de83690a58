import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)
const users = (value: number): string => plural('de', value, { one: '1 Benutzer', other: `${count(value)} Benutzer` })
const are = (value: number): string => plural('de', value, { one: 'ist', other: 'sind' })

export const connections = translation<'connections'>()({
  title: 'Verbindungen',
  subtitle: 'Wo Ihre Benutzer liegen: hier, oder in einem Altsystem, aus dem sie umziehen.',
  empty: 'Noch keine Verbindungen',
  emptyHint:
    'Eine Verbindung ist eine Datenbank mit Benutzern. Erstellen Sie eine, und lassen Sie sie bei jeder Anmeldung Ihre eigene Datenbank fragen.',
  total: (value) => plural('de', value, { one: '1 Verbindung', other: `${count(value)} Verbindungen` }),
  columns: {
    name: 'Verbindung',
    mode: 'Modus',
    here: 'Hier',
    notYet: 'Noch nicht',
    today: 'Heute umgezogen',
    health: 'Zustand',
  },
  modes: { local: 'lokal', import: 'importiert Benutzer', legacy: 'Altsystem entscheidet' },
  notYetUnknown: 'unbekannt',
  notYetUnknownHint: 'Ohne Verzeichnis sind nur die Personen bekannt, die gekommen sind.',
  turnsAway: 'weist Anmeldungen ab',
  failedToday: (value) => `${count(value)} heute fehlgeschlagen`,
  noneFailedToday: 'heute keine fehlgeschlagen',
  migrationEnded: 'Migration beendet',
  health: {
    idle: 'keine Anmeldung in letzter Zeit',
    ok: 'antwortet',
    degraded: 'einige Anmeldungen scheitern',
    failing: 'gestört',
  },

  create: 'Verbindung erstellen',
  createTitle: 'Datenbankverbindung erstellen',
  createText:
    'Ihre Benutzer liegen zunächst hier. Auf ihrer Seite können Sie Ihre eigene Datenbank verwenden und Benutzer aus ihr importieren.',
  name: 'Name',
  nameHint: 'Anwendungen nennen die Verbindung so. Der Name ändert sich nie.',
  nameRule: (max) =>
    `Buchstaben, Ziffern und einzelne Bindestriche dazwischen, höchstens ${count(max)} Zeichen: acme-users`,

  parts: 'Teile der Verbindung',
  tabs: {
    settings: 'Einstellungen',
    customDatabase: 'Eigene Datenbank',
    applications: 'Anwendungen',
    try: 'Ausprobieren',
  },

  names: 'Namen',
  connectionId: 'Id der Verbindung',
  displayName: 'Anzeigename',
  displayNameHint: 'Steht für Administratoren und auf Schaltflächen anstelle des Namens.',
  displayNameRule: 'Ein Anzeigename kann geändert, aber nicht entfernt werden.',
  identifiers: 'Registrierung und Kennungen',
  domains: 'E-Mail-Domains',
  domainsHint:
    'Hat eine Anwendung mehrere Verbindungen: Adressen dieser Domains werden nur in dieser Verbindung gesucht.',
  domainsRule: 'Eine Domain ohne @, Pfad oder Port: example.com',
  passwords: 'Passwörter',
  policy: 'Passwortrichtlinie',
  policyHint: 'Für Passwörter, die hier gewählt werden. Sie hält nie einen Umzug mit einem alten Passwort auf.',
  policies: {
    none: 'Keine: jedes nicht leere Passwort',
    low: 'Niedrig: mindestens 6 Zeichen',
    fair: 'Mittel: mindestens 8 Zeichen, mit Kleinbuchstaben, Großbuchstaben und Ziffern',
    good: 'Gut: mindestens 8 Zeichen aus drei der vier Arten',
    excellent: 'Sehr gut: wie gut, aber mindestens 10 Zeichen und nie drei gleiche hintereinander',
  },
  minLength: 'Mindestzahl der Zeichen',
  minLengthHint: 'Anstelle der Zahl der Richtlinie.',
  legacyStore: 'Benutzer aus dem Altsystem',
  idNamespace: 'Namensraum der Ids des Altsystems',
  idNamespaceHint:
    'Vor dem ersten Umzug zu setzen: Bei zwei Altsystemen sind die Id 7 des einen und die Id 7 des anderen dann zwei Personen.',
  idNamespaceRule: 'Höchstens 64 Buchstaben, Ziffern, Bindestriche und Unterstriche',
  latencyFloor: 'Mindestdauer einer abgelehnten Anmeldung',
  latencyFloorHint: 'Verbirgt vor Fremden, wie lange das Altsystem brauchte, und damit, wer dort bekannt ist.',
  profileUpdates: 'Namen und Bild des Altsystems',
  profileUpdatesHint: 'Wann die des Altsystems die hiesigen ersetzen.',
  profileUpdate: {
    on_each_login: 'Bei jeder Anmeldung, die das Altsystem fragt',
    on_first_login: 'Nur bei der ersten Anmeldung',
    never_on_login: 'Nie bei einer Anmeldung',
  },
  notStored: 'Felder, die nicht gespeichert werden',
  notStoredHint: 'Namen von Profilfeldern, die vor dem Speichern eines Benutzers entfernt werden, etwa ssn.',
  forgotText: 'Was bei vergessenem Passwort zu tun ist',
  forgotTextHint: 'Die Skripte dieser Verbindung können kein Passwort ändern. Dieser Text sagt, wo das geht.',
  forgotUrl: 'Link dazu',
  switches: {
    allows_signup: {
      label: 'Personen dürfen sich registrieren',
      hint: 'Aus: Benutzer kommen aus dem Altsystem, einem Import oder von einem Administrator.',
    },
    allows_reset: {
      label: 'Personen dürfen ihr Passwort zurücksetzen',
      hint: 'Aus: Nur ein Administrator sendet einen Link.',
    },
    identifier_first: {
      label: 'Zuerst nach der Kennung fragen',
      hint: 'Nach dem Passwort fragt eine zweite Seite, die für alle gleich ist.',
    },
    requires_username: {
      label: 'Benutzer haben einen Benutzernamen',
      hint: 'Neben ihrer E-Mail-Adresse. Sie melden sich mit einem von beiden an.',
    },
    brute_force_protection: {
      label: 'Brute-Force-Schutz',
      hint: 'Zehn falsche Passwörter hintereinander sperren eine Kennung für die Adresse, von der sie kamen.',
    },
    verify_email_on_migration: {
      label: 'Beim Umzug einen Bestätigungslink mailen',
      hint: 'An Benutzer, deren Adresse das Altsystem nicht bestätigt hat. Aus: Ein Umzug sendet keine Mail.',
    },
    ignore_legacy_second_factor: {
      label: 'Benutzer mit zweitem Faktor allein mit dem Passwort anmelden',
      hint: 'Zweite Faktoren gibt es hier noch nicht. Aus: Solche Benutzer werden abgelehnt und gezählt.',
    },
  },

  whoDecides: 'Wer über eine Anmeldung entscheidet',
  decides: {
    local: 'Wherry entscheidet: Benutzer und Passwörter liegen hier, und kein Skript läuft.',
    import:
      'Wherry entscheidet über Benutzer, die hier sind. Jede andere Anmeldung führt Ihr Skript login aus; mit dem richtigen Passwort zieht die Person hierher um, und Ihre Datenbank wird nicht mehr nach ihr gefragt.',
    legacy: 'Ihre Skripte entscheiden bei jeder Anmeldung. Das Profil wird hierher kopiert, ein Passwort nie.',
  },
  modeSwitches: {
    enabledDatabaseCustomization: {
      label: 'Eigene Datenbank verwenden',
      hint: 'Skripte suchen Benutzer in Ihrer Datenbank und prüfen ihre Passwörter.',
    },
    import_mode: {
      label: 'Benutzer importieren',
      hint: 'Benutzer ziehen bei ihrer ersten Anmeldung hierher um, mit dem Passwort, das sie haben.',
    },
  },
  now: 'Jetzt:',
  after: 'Nach der Änderung:',
  changeIt: 'Ändern',
  planNeeded: (plan) => `Der Tarif dieses Mandanten enthält das nicht: Nötig ist der Tarif ${plan}.`,
  hasUsers: (here) =>
    `${users(here)} dieser Verbindung ${are(here)} hier, mit einer Herkunft, die sich nicht ändert: Dieser Schalter ist nur vor dem ersten möglich. Um eine Migration zu beenden, öffnen Sie den Abschluss: Er schaltet die Skripte aus, und alle behalten ihr Passwort.`,
  hasMoved: (moved) =>
    `${users(moved)} ${are(moved)} hierher umgezogen, mit Passwort. Ohne den Import ginge keine Anmeldung mehr. Um die Migration zu beenden, öffnen Sie den Abschluss.`,
  effects: (now, next, here) =>
    now === next
      ? 'Für niemanden ändert sich etwas, bis die Skripte in Gebrauch sind.'
      : next === 'legacy' && now === 'local'
        ? 'Ab der nächsten Anmeldung entscheiden Ihre Skripte. Speichern Sie zuerst ein Skript login: Ohne eines kann sich niemand anmelden.'
        : next === 'import'
          ? `${users(here)} ${are(here)} jetzt hier. Alle anderen ziehen bei ihrer nächsten Anmeldung um.`
          : next === 'legacy'
            ? `${users(here)} ${are(here)} hier. Ab der nächsten Anmeldung entscheiden wieder Ihre Skripte.`
            : 'Ab der nächsten Anmeldung läuft kein Skript: Nur wer hier ist, kann sich anmelden.',

  answersIn: (ms, calls) =>
    `Das Altsystem antwortet in ${count(ms)} ms (die Hälfte von ${plural('de', calls, { one: '1 Aufruf', other: `${count(calls)} Aufrufen` })} der letzten zwei Stunden)`,
  turnedAway: 'Aufrufe werden abgewiesen, bis das Altsystem wieder antwortet: Inzwischen kann niemand umziehen.',
  failingSince: 'Gestört seit',
  lastFailure: (outcome) => `Letzter Fehler: ${outcome},`,
  startFrom: 'Beginnen mit',
  startFromHint:
    'Skripte für die üblichen Altsysteme werden aus wenigen Einstellungen erzeugt. Oder schreiben Sie sie unten selbst.',
  scriptsLoaded: (label) => `Die Skripte für ${label} sind geladen. Sie sind nicht in Gebrauch, bis Sie sie speichern.`,
  replaceScripts: 'Diese Skripte ersetzen?',
  hereNow: 'Jetzt hier',
  replace: 'Ersetzen',
  startFromTemplate: 'Mit einer Vorlage beginnen',
  template: 'Altsystem',
  templateHint: 'PostgreSQL, WordPress, Keycloak …',
  noTemplate:
    'Dafür gibt es keine Vorlage. Beginnen Sie mit dem JSON-Webdienst, oder schreiben Sie die Skripte selbst.',
  otherSettings: (value) =>
    plural('de', value, {
      one: '1 Einstellung mit Vorgabewert',
      other: `${count(value)} Einstellungen mit Vorgabewerten`,
    }),
  cannotMove: 'Wer nicht durch eine Anmeldung umziehen kann',
  cannotMoveHint:
    'Diese Personen kommen mit einem neuen Passwort herein, durch einen Link per E-Mail, wenn der Dienst sie unter ihrer Adresse findet. Sagen Sie es ihnen vorher.',
  templateText:
    'Die Adresse und die Geheimnisse werden sofort als Parameter gespeichert, und die Hosts der Adresse werden erlaubt, damit die Skripte ausprobiert werden können. Rückgängig nimmt zurück, was dazukam. Die Skripte werden in den Editor geladen: Sie sind nicht in Gebrauch, bis Sie sie speichern.',
  needs: {
    title: 'Sofort geändert, bevor Sie die Skripte speichern',
    added: (names) => `Neue Parameter: ${names}.`,
    allowed: (entries) => `Skripte dieser Verbindung dürfen sich mit ${entries} verbinden.`,
    restricted:
      'Skripte dürfen sich nur noch mit aufgeführten Zielen verbinden, nicht mehr mit jedem öffentlichen Host. Noch ist kein Skript gespeichert.',
    replaced: (names) =>
      `Der Wert von ${names} wird ersetzt, auch für die Skripte in Gebrauch. Der Wert davor wird nicht aufbewahrt: Rückgängig bringt ihn nicht zurück.`,
    normalization:
      'Was die alte Anwendung mit Passwörtern macht (password_normalization), wird ersetzt, auch für Benutzer, die vor dem Speichern umziehen.',
    replaceAndLoad: 'Ersetzen und laden',
    notTakenBack: 'Nicht alles wurde zurückgenommen',
  },
  loadScripts: 'Skripte laden',

  application: 'Anwendung',
  clientId: 'Client-Id',
  mayUse: 'Darf sie verwenden',
  mayUseIt: (name) => `${name} darf die Verbindung verwenden`,
  applicationsText: 'Nur Benutzer aktivierter Anwendungen können sich mit dieser Verbindung anmelden.',
  noApplications: 'Noch keine Anwendungen',
  noApplicationsHint: 'Erstellen Sie zuerst eine Anwendung. Aktivieren Sie diese Verbindung dann hier für sie.',

  delete: 'Verbindung löschen',
  deleteTitle: (name) => `${name} löschen?`,
  deleteText:
    'Ihre Benutzer, deren Passwörter und die Einträge der Migration werden gelöscht. Das kann nicht rückgängig gemacht werden.',
  deleteUsers: (here, records) =>
    `${users(here)} und ${plural('de', records, { one: '1 Eintrag der Migration', other: `${count(records)} Einträge der Migration` })} werden gelöscht, mit allen Passwörtern und Skripten. Danach kann sich niemand davon anmelden. Das kann nicht rückgängig gemacht werden.`,
  deleted: (name) => `${name} wird gelöscht`,
})
