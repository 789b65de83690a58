import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)

export const ui = translation<'ui'>()({
  language: 'de',
  roles: { owner: 'Inhaber', editor: 'Bearbeiter', viewer: 'Betrachter', support: 'Support' },
  retry: 'Erneut versuchen',
  close: 'Schließen',
  notices: 'Hinweise',
  cancel: 'Abbrechen',
  save: 'Speichern',
  discard: 'Änderungen verwerfen',
  saved: 'Gespeichert',
  undo: 'Rückgängig',
  copy: 'Kopieren',
  copied: 'Kopiert',
  loading: 'Wird geladen',
  loadFailed: 'Das konnte nicht geladen werden',
  notSaved: 'Das konnte nicht gespeichert werden',
  unreachable: 'Der Server antwortet nicht',
  unreachableHint:
    'Prüfen Sie die Verbindung zum Server. Wenn dies eine Änderung war, laden Sie die Seite neu, um zu sehen, ob sie gespeichert ist.',
  retryAfter: (seconds) =>
    plural('de', seconds, {
      one: 'Versuchen Sie es in 1 Sekunde erneut.',
      other: `Versuchen Sie es in ${count(seconds)} Sekunden erneut.`,
    }),
  problemCode: (status, code) => `${status} ${code}`,
  leaveTitle: 'Ohne Speichern verlassen?',
  leaveText: 'Ihre Änderungen auf dieser Seite sind nicht gespeichert.',
  leave: 'Verlassen',
  stay: 'Bleiben',
  confirmByName: (name) => `Zur Bestätigung ${name} eingeben`,
  rows: (shown, { total, has_more, is_at_least }) =>
    total !== undefined && (total > shown || (total === shown && is_at_least))
      ? `${count(shown)} von ${count(total)}${is_at_least ? ' oder mehr' : ''}`
      : has_more
        ? `Die ersten ${count(shown)}. Scrollen zeigt weitere.`
        : plural('de', shown, { one: '1 Zeile', other: `${count(shown)} Zeilen` }),
  loadingMore: 'Weitere Zeilen werden geladen',
  firstOnly: (limit) => `Nur die ersten ${count(limit)} können aufgelistet werden. Suchen Sie nach den anderen.`,
  search: 'Suchen',
  clearSearch: 'Suche leeren',
  nothingFound: 'Nichts gefunden',
  needsRole: (role) => `Erfordert die Rolle ${role}`,
  utc: 'UTC',
  never: 'nie',
  editorHint: 'Escape, dann Tab verlässt den Editor',
  lineOf: (line, message) => `Zeile ${line}: ${message}`,
  time: 'Zeit',
  numbers: 'Dieselben Zahlen als Tabelle',
  live: 'Live',
  liveConnecting: 'Verbindung wird aufgebaut',
  liveLost: (since) => `Die Verbindung ist abgebrochen. Gezeigt wird der Stand von ${since}.`,
  moveUp: (name: string) => `${name} nach oben`,
  moveDown: (name: string) => `${name} nach unten`,
  movedTo: (name: string, place: number, all: number) => `${name} ist Nummer ${count(place)} von ${count(all)}`,
  number: count,
})
