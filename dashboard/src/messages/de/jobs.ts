import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)

export const jobs = translation<'jobs'>()({
  title: 'Jobs',
  subtitle:
    'Arbeit, die lange dauert: Importe, Exporte, das Laden von Verzeichnissen. Ein Job läuft nach einem Neustart des Servers weiter.',
  type: 'Art des Jobs',
  any: 'Alle',
  types: {
    users_import: 'Import von Benutzern',
    users_export: 'Export von Benutzern',
    verification_email: 'Bestätigungsmail',
    migration_finish: 'Schritt des Abschlusses',
    rehearsal: 'Probelauf',
    legacy_activity: 'Stichprobe der Sitzungen im Altsystem',
    directory_load: 'Laden eines Verzeichnisses',
    tail_import: 'Import der nicht umgezogenen Benutzer',
  },
  columns: { job: 'Job', connection: 'Verbindung', status: 'Status', progress: 'Fortschritt', created: 'Erstellt' },
  statuses: { pending: 'wartet', processing: 'läuft', completed: 'abgeschlossen', failed: 'fehlgeschlagen' },
  empty: 'Noch keine Jobs',
  emptyHint:
    'Importieren Sie Benutzer mit bekannten Passwörtern aus einer Datei, oder exportieren Sie Benutzer in eine Datei. Ein Job bleibt nach seinem Ende 30 Tage lang sichtbar.',
  noMatch: 'Kein Job dieser Art',
  noMatchHint: 'Ein Job bleibt nach seinem Ende 30 Tage lang sichtbar.',
  newestOnly: (value) =>
    `Gezeigt werden die neuesten ${count(value)} beendeten Jobs. Wählen Sie eine Art, um andere zu sehen.`,
  progress: 'Fortschritt',
  percent: (value) => `${count(value)} %`,
  left: (seconds) =>
    seconds < 90
      ? plural('de', seconds, { one: 'noch etwa 1 Sekunde', other: `noch etwa ${count(seconds)} Sekunden` })
      : `noch etwa ${count(Math.round(seconds / 60))} Minuten`,
  facts: 'Job',
  id: 'Job-Id',
  externalId: 'Externe Id',
  details: 'Was geschehen ist',
  step: 'Schritt',
  format: 'Format',
  withHashes: 'Passwort-Hashes',
  included: 'in der Datei',
  summary: {
    total: 'Gelesene Zeilen',
    inserted: 'Erstellt',
    updated: 'Geändert',
    skipped: 'Übersprungen',
    failed: 'Abgelehnt',
  },
  skippedHint: (moved, deleted) =>
    `${count(moved)} waren bereits umgezogen, ${count(deleted)} wurden hier gelöscht. Für sie ist nichts zu tun.`,
  ignored: (members) => `Felder, die ein Import nicht kennt, mit der Anzahl der Zeilen: ${members}`,
  downloadFile: 'Datei herunterladen',
  fileKept: 'Die Datei wird eine Stunde nach dem Ende des Jobs gelöscht.',
  downloadFailed: 'Abgelehnte Zeilen herunterladen',
  failedKept:
    'Berichtigen Sie die Zeilen und importieren Sie die Datei erneut. Sie enthält Passwort-Hashes, jedes Herunterladen wird protokolliert, und sie wird einen Tag nach dem Ende gelöscht.',
  notDownloaded: 'Die Datei konnte nicht heruntergeladen werden',
  errors: 'Abgelehnte Zeilen',
  errorsMax: (value) => `Aufgelistet werden die ersten ${count(value)} abgelehnten Zeilen.`,
  errorColumns: { line: 'Zeile', user: 'Benutzer', errors: 'Fehler' },
  import: 'Benutzer importieren',
  importTitle: 'Benutzer aus einer Datei importieren',
  importText:
    'Die Datei ist ein JSON-Array oder enthält einen Benutzer je Zeile, in der Form von Auth0. Benutzer, die inzwischen bei einer Anmeldung umziehen oder hier gelöscht wurden, werden übersprungen.',
  connection: 'Verbindung',
  connectionRequired: 'Wählen Sie die Verbindung, die die Benutzer erhält.',
  file: 'Datei',
  fileHint:
    'Höchstens 4 GiB, UTF-8. Passwörter als password_hash (jeder Text, dessen Format erkannt wird) oder custom_password_hash.',
  fileRequired: 'Wählen Sie eine Datei.',
  upsert: 'Vorhandene Benutzer ändern',
  upsertHint:
    'Namen, Bild und Metadaten werden ersetzt. Ein hier gesetztes Passwort wird nie ersetzt. Ohne diese Option werden Zeilen vorhandener Benutzer abgelehnt.',
  knownUser: 'Ein Benutzer, dessen Passwort Sie kennen',
  knownUserHint:
    'Vor dem Import wird dieses Passwort gegen den Hash der Zeile geprüft. Benutzer-Id, E-Mail-Adresse oder Benutzername.',
  knownPassword: 'Das Passwort dieses Benutzers',
  knownTogether: 'Geben Sie beides an oder keines: den Benutzer und das Passwort.',
  start: 'Starten',
  export: 'Benutzer exportieren',
  exportTitle: 'Benutzer in eine Datei exportieren',
  allConnections: 'Alle Verbindungen',
  formats: { json: 'JSON, ein Benutzer je Zeile', csv: 'CSV' },
  fields: 'Felder',
  fieldsHint:
    'Ein Pfad je Zeile, etwa user_metadata.plan oder identities[0].connection. Leer: der ganze Benutzer in JSON, elf Felder in CSV.',
  hashes: 'Mit Passwort-Hashes und zweiten Faktoren',
  hashesHint:
    'In der Form, in der ein Import sie liest. Wer diese Datei hat, kann versuchen, die Passwörter zu finden. Jedes Herunterladen wird protokolliert.',
})
