import { translation } from '../translation'

export const audit = translation<'audit'>()({
  title: 'Audit-Protokoll',
  subtitle:
    'Was Administratoren, Clients und Befehle getan haben: jede Änderung mit den Werten davor und danach, jedes ausprobierte Skript, und jeder Blick auf ein Profil im Altsystem oder eine Nachricht im Postausgang.',
  searchLabel: 'Nach Administrator, Client, Ressource oder Operation suchen',
  columns: { what: 'Was', who: 'Durch', resource: 'Ressource', when: 'Wann' },
  empty: 'Noch nichts',
  emptyHint:
    'Was über das Dashboard, einen Client, die API oder einen Befehl getan wird, erscheint hier, solange Protokolleinträge aufbewahrt werden.',
  noMatch: 'Nichts passt',
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
    'Die Anfrage hat etwas erstellt, ausgeführt oder gelesen, oder einen Benutzer gelöscht, von dem nichts aufbewahrt wird.',
})
