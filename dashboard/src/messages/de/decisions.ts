import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)

export const decisions = translation<'decisions'>()({
  title: 'Entscheidungen',
  subtitle:
    'Personen, die so nicht umziehen können, und Personen, die eine Adresse oder einen Benutzernamen teilen. Sie entscheiden, was bei ihrer nächsten Anmeldung oder einem Import geschieht.',
  nothing: 'Nichts wartet auf eine Entscheidung',
  nothingHint:
    'Hier erscheinen Personen, die eine E-Mail-Adresse oder einen Benutzernamen mit einer anderen Person teilen, oder deren Zeile im Verzeichnis einen Fehler hat. Ein Probelauf findet sie, bevor sie kommen.',
  queue: 'Zu entscheiden',
  list: 'Personen, über die zu entscheiden ist',
  queueHint: 'Eine Entscheidung kann geändert und zurückgenommen werden, bis die Person umgezogen ist.',
  cause: 'Ursache',
  ofThem: (people, decided) =>
    `${plural('de', people, { one: '1 Person', other: `${count(people)} Personen` })} mit dieser Ursache, davon ${count(decided)} entschieden.`,
  why: 'Warum',
  shares: (legacy_id) =>
    legacy_id === undefined
      ? 'hat eine Kennung einer anderen Person'
      : `${legacy_id} hat eine Kennung einer anderen Person`,
  decision: 'Entscheidung',
  withdraw: 'Zurücknehmen',
  withdrawOf: (name) => `Entscheidung über ${name} zurücknehmen`,
  files: 'Alle auf einmal, mit einer Datei',
  filesHint:
    'Laden Sie die Personen, die eine Entscheidung brauchen, als CSV herunter, füllen Sie die Spalte decision aus (keep, rename, alias, exclude, retry), und laden Sie die Datei. Alle Entscheidungen werden zusammen getroffen, oder keine.',
  decidedFile: 'Die Entscheidungen als Datei',
  downloadOpen: 'Offene herunterladen',
  downloadDecided: 'Entschiedene herunterladen',
  load: 'Entscheidungen laden',
  notDownloaded: 'Die Datei konnte nicht heruntergeladen werden',
  notLoaded: 'Keine Entscheidung der Datei wurde getroffen',
  loaded: (rows, open) =>
    `Die Datei hatte ${plural('de', rows, { one: '1 Zeile', other: `${count(rows)} Zeilen` })}, davon ${count(open)} ohne Entscheidung.`,
})
