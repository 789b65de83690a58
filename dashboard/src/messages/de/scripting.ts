import { number } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)

export const scripting = translation<'scripting'>()({
  save: 'Speichern',
  saved: 'Gespeichert',
  notSaved: 'Das wurde nicht gespeichert',
  discard: 'Änderungen verwerfen',
  discardTitle: 'Ihre Änderungen verwerfen?',
  discardText: 'Der Text entspricht danach wieder dem gespeicherten.',
  compare: 'Mit dem Gespeicherten vergleichen',
  savedSide: 'Gespeichert',
  yoursSide: 'Ihr Text, nicht gespeichert',
  offered: 'Änderungen von vor dem Neuladen',
  offeredHint: 'Sie wurden in diesem Tab aufbewahrt und sind nicht gespeichert.',
  takeOffered: 'Übernehmen',
  discardOffered: 'Verwerfen',
  conflict: 'Ein anderer Administrator hat inzwischen gespeichert',
  conflictHint:
    'Ihre Änderungen beruhen auf einem früheren Text. Nichts wird überschrieben, solange Sie es nicht verlangen.',
  takeTheirs: 'Meine verwerfen, die andere übernehmen',
  overwrite: 'Meine behalten: Das nächste Speichern ersetzt die andere',
  tryHint:
    'Führt den Text im Editor einmal aus, in einem eigenen Prozess. Nichts von dem, was er entscheidet, wird gespeichert oder angewendet; was er an andere Systeme sendet, wird gesendet.',
  run: 'Ausprobieren',
  tryFailed: 'Das konnte nicht ausprobiert werden',
  notJson: 'Das ist kein JSON-Objekt',
  result: 'Ergebnis',
  stale: 'eines früheren Textes: seither bearbeitet',
  ran: (ms) => `lief ${count(ms)} ms`,
  outcomes: { allow: 'erlaubt', deny: 'verweigert', redirect: 'weitergeleitet', error: 'fehlgeschlagen' },
  denied: 'Verweigert',
  failed: 'Fehlgeschlagen',
  redirects: (url) => `Würde den Benutzer zu ${url} schicken`,
  refusedClaims: (claims) => `Claims, die nicht gesetzt werden dürfen und entfallen: ${claims}`,
  changes: 'Was geändert wurde',
  noChanges: 'Nichts wurde geändert.',
  console: 'Konsole',
  noConsole: 'Nichts wurde geschrieben.',
  startFrom: 'Beginnen mit',
  blank: 'Leer',
  blankHint: 'Ändert nichts, bis Sie etwas schreiben.',
  templates: {
    'allow-list': 'Positivliste',
    'back-fill-metadata': 'Metadaten nachtragen',
    'legacy-id': 'Id des Altsystems in Tokens',
    'mark-as-migrated': 'Als umgezogen kennzeichnen',
    roles: 'Rollen in Tokens',
    'verified-email': 'Nur bestätigte E-Mail-Adressen',
  },
})
