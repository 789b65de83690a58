import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)

export const rules = translation<'rules'>()({
  title: 'Regeln',
  subtitle: 'Funktionen, die nach jeder erfolgreichen Anmeldung laufen, vor den Aktionen der Anmeldung.',
  order: 'Reihenfolge',
  orderHint:
    'Sie laufen von der ersten bis zur letzten; die erste, die verweigert oder scheitert, beendet die Anmeldung.',
  seeLogin: 'Was bei einer Anmeldung läuft',
  create: 'Regel erstellen',
  createTitle: 'Regel erstellen',
  createText: 'Sie wird deaktiviert erstellt: Keine Anmeldung führt sie aus, bis Sie sie aktivieren.',
  empty: 'Noch keine Regeln',
  emptyHint:
    'Eine Regel fügt Tokens Claims hinzu, verweigert eine Anmeldung oder schickt den Benutzer auf eine andere Seite. Neue Projekte verwenden Aktionen; Regeln führen Code aus, der für Auth0 geschrieben wurde.',
  name: 'Name',
  nameRule: (max) =>
    `Buchstaben, Ziffern, Leerzeichen und Bindestriche, höchstens ${count(max)}; Anfang und Ende sind ein Buchstabe oder eine Ziffer.`,
  enabled: 'Aktiviert',
  enabledDone: (name) => `${name} läuft ab der nächsten Anmeldung`,
  disabledDone: (name) => `${name} läuft nicht mehr`,
  moved: (name) => `${name} hat einen anderen Platz`,
  runs: 'Läuft bei jeder Anmeldung.',
  runsNot: 'Deaktiviert: Keine Anmeldung führt sie aus.',
  rename: 'Umbenennen',
  renameTitle: (name) => `${name} umbenennen`,
  editorLabel: (name) => `Quelltext der Regel ${name}`,
  save: 'Speichern',
  savedDone: 'Gespeichert. Die nächste Anmeldung verwendet den neuen Text.',
  savedDisabled: 'Gespeichert. Die Regel ist deaktiviert: Keine Anmeldung führt sie aus.',
  try: 'Ausprobieren',
  user: 'Benutzer',
  context: 'Kontext',
  delete: 'Regel löschen',
  deleteTitle: (name) => `${name} löschen?`,
  deleteText: (enabled) =>
    enabled
      ? 'Ab der nächsten Anmeldung läuft sie nicht mehr. Was sie verweigert hat, ist dann erlaubt, und ihre Claims fehlen.'
      : 'Sie ist deaktiviert: Anmeldungen bleiben, wie sie sind. Ihr Text kann nicht zurückgeholt werden.',
  deleted: (name) => `${name} ist gelöscht`,

  values: 'Werte',
  valuesOf: 'Werte, die sie liest',
  valuesHint: 'Alle Regeln lesen sie als configuration.NAME. Sie sind versiegelt und werden nie wieder angezeigt.',
  noValues: 'Noch keine Werte. Bewahren Sie Schlüssel und Adressen hier auf statt in einer Regel.',
  readsNone: 'Sie liest keine.',
  valueName: 'Name',
  valueState: 'Zustand',
  setValueState: 'gesetzt',
  missingValue: 'fehlt: Regeln lesen undefined',
  unused: 'nicht verwendet',
  maybeUnused: 'nicht gefunden; eine Regel liest berechnete Namen',
  usedIn: 'Verwendet in',
  useOf: (rule, line) => `${rule}:${count(line)}`,
  newValueName: 'Name eines Werts',
  keyRule: 'Nur Buchstaben, Ziffern und _ - @ * + :',
  valueHint: 'Er gilt ab der nächsten Anmeldung und kann nicht wieder gelesen werden.',
  valueDone: (name) => `${name} ist gesetzt`,
  deleteValueText: (uses) =>
    plural('de', uses, {
      one: 'Eine Stelle in den Regeln liest ihn und liest ab der nächsten Anmeldung undefined.',
      other: `${count(uses)} Stellen in den Regeln lesen ihn und lesen ab der nächsten Anmeldung undefined.`,
    }),
  valueDeleted: (name) => `${name} ist gelöscht`,
})
