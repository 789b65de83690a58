import { translation } from '../translation'

export const audit = translation<'audit'>()({
  title: 'Änderungsprotokoll',
  subtitle: 'Jede Änderung durch einen Administrator oder Client: wer, was, und die Werte davor und danach.',
  searchLabel: 'Nach Administrator, Client, Ressource oder Operation suchen',
  columns: { what: 'Änderung', who: 'Durch', resource: 'Ressource', when: 'Wann' },
  empty: 'Noch keine Änderungen',
  emptyHint:
    'Änderungen über das Dashboard, einen Client oder die API erscheinen hier, solange Protokolleinträge aufbewahrt werden.',
  noMatch: 'Keine Änderung passt',
  noMatchHint:
    'Die Suche findet ganze E-Mail-Adressen, Namen und Ids, etwa ada@example.com, connections oder updateClient.',
  facts: 'Die Anfrage',
  operation: 'Operation',
  path: 'Adresse',
  created: 'Erstellt',
  ip: 'Netzwerkadresse',
  changes: 'Geänderte Felder',
  member: 'Feld',
  before: 'Vorher',
  after: 'Nachher',
  noChanges: 'Es sind keine Werte aufbewahrt',
  noChangesHint:
    'Die Anfrage hat etwas erstellt oder ausgeführt, oder einen Benutzer gelöscht, von dem nichts aufbewahrt wird.',
})
