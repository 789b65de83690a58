import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)
const people = (value: number): string => plural('de', value, { one: '1 Person', other: `${count(value)} Personen` })

export const tailImport = translation<'tailImport'>()({
  title: 'Restimport',
  subtitle: 'Zieht die Personen um, die nicht gekommen sind, mit den Passwort-Hashes des Verzeichnisses.',
  none: 'Es gibt niemanden zu importieren',
  noneHint: 'Das Verzeichnis enthält keinen Passwort-Hash einer Person, die nicht umgezogen ist.',
  noDirectoryHint: 'Laden Sie zuerst ein Verzeichnis mit Passwort-Hashes.',
  openDirectory: 'Verzeichnis öffnen',
  candidates: (value) => `${people(value)} mit bekanntem Passwort-Hash`,
  hint: 'Wer von ihnen importiert wird, meldet sich mit dem alten Passwort an. Bei der ersten Anmeldung ersetzt unser eigener Hash den alten.',
  skipped:
    'Ein Import überspringt und zählt Personen, die nicht mehr im Verzeichnis stehen, deaktiviert, abgelehnt, durch eine Entscheidung ausgeschlossen oder hier gelöscht sind, oder die inzwischen umziehen.',
  show: 'Anzeigen',
  start: 'Importieren',
  confirmTitle: 'Diese Personen importieren?',
  confirmText: (value) =>
    `Von ${people(value)} mit bekanntem Hash werden die, die nicht übersprungen werden, hier zu Benutzern, und das Altsystem wird nach ihnen nicht mehr gefragt. Ein Import kann nicht rückgängig gemacht werden.`,
  started: 'Der Import hat begonnen',
  job: 'Der Import',
  begun: 'Begonnen',
  states: { pending: 'wartet', processing: 'läuft', completed: 'fertig', failed: 'fehlgeschlagen' },
  what: 'Was',
  number: 'Anzahl',
  counts: {
    total: 'Gelesen',
    inserted: 'Importiert',
    failed: 'Abgelehnt',
    skipped_moved: 'Übersprungen: umgezogen',
    skipped_deleted: 'Übersprungen: hier gelöscht',
    skipped_gone: 'Übersprungen: nicht mehr im Verzeichnis',
    skipped_disabled: 'Übersprungen: im Altsystem deaktiviert',
    skipped_excluded: 'Übersprungen: durch eine Entscheidung ausgeschlossen',
    skipped_refused: 'Übersprungen: können so nicht umziehen',
  },
  refused: 'Abgelehnte Personen',
  person: 'Person',
  why: 'Warum',
  firstOnly: (shown, all) => `Die ersten ${count(shown)} von ${count(all)}.`,
})
