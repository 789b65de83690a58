import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)

export const rehearsal = translation<'rehearsal'>()({
  title: 'Probelauf',
  subtitle: 'Fragt das Altsystem nach den Personen des Verzeichnisses, wie bei einem Umzug. Niemand zieht um.',
  nothing: 'Noch kein Probelauf',
  nothingHint:
    'Ein Probelauf findet, wer nicht umziehen könnte und warum, bevor die Personen kommen. Er braucht ein Verzeichnis und das Skript get_user.',
  start: 'Probelauf starten',
  startHint:
    'Das Altsystem muss diese Aufrufe neben seinen eigenen Anmeldungen verkraften. Der Probelauf wartet, solange es nicht erreichbar ist.',
  rate: 'Aufrufe je Sekunde',
  sample: 'Personen',
  all: 'alle',
  startAction: 'Starten',
  started: 'Der Probelauf hat begonnen',
  notStarted: 'Der Probelauf konnte nicht gestartet werden',
  cancel: 'Probelauf abbrechen',
  canceled: 'Der Probelauf endet nach seinem laufenden Schritt',
  notCanceled: 'Der Probelauf konnte nicht abgebrochen werden',
  choose: 'Probelauf',
  states: {
    pending: 'beginnt gleich',
    processing: 'läuft',
    completed: 'abgeschlossen',
    failed: 'fehlgeschlagen',
    canceled: 'abgebrochen',
  },
  report: 'Bericht',
  requested: 'Gestartet',
  progress: 'Geprüfte Personen',
  done: (rehearsed, users) => `${count(rehearsed)} von ${count(users)} Personen geprüft.`,
  timeLeft: (seconds) =>
    seconds < 60 ? 'Es dauert noch weniger als eine Minute.' : `Noch etwa ${count(Math.ceil(seconds / 60))} min.`,
  paused: (seconds) =>
    plural('de', Math.round(seconds), {
      one: 'Er hat 1 Sekunde auf das Altsystem gewartet.',
      other: `Er hat ${count(Math.round(seconds))} Sekunden auf das Altsystem gewartet.`,
    }),
  calls: 'Aufrufe von get_user',
  held: 'Aufrufe je Sekunde',
  ofRate: (rate) => `höchstens ${count(rate)}`,
  p50: 'Die Hälfte innerhalb von',
  p95: '95 % innerhalb von',
  p99: '99 % innerhalb von',
  max: 'Der langsamste',
  ms: (value) => `${count(Math.round(value))} ms`,
  results: 'Was geschehen würde',
  showPeople: (people, outcome) =>
    `${plural('de', people, { one: '1 Person', other: `${count(people)} Personen` })} anzeigen: ${outcome}`,
  linksHint:
    'Jede Zahl öffnet die Liste ihrer Personen. Hat dieser Probelauf nur nach einem Teil der Personen gefragt, enthält die Liste auch andere, die bei ihrem letzten Probelauf dasselbe Ergebnis hatten.',
  decide: 'Über Personen entscheiden, die nicht umziehen können',
  noResults: 'Noch kein Ergebnis',
  result: 'Ergebnis',
  people: 'Personen',
  refusedFields: 'Profile, die nicht gespeichert werden können, nach Feld',
  hashForms: 'Formen der Passwort-Hashes',
  dropped: 'Würde nicht gespeichert',
  cut: 'Würde gekürzt gespeichert',
  converted: 'Würde in anderer Form gespeichert',
  changes: 'Geändert seit dem vorigen Probelauf',
  before: 'Vorher',
  after: 'Jetzt',
  what: 'Feld',
  outcomes: {
    moved: 'würden umziehen',
    already_moved: 'sind umgezogen',
    tombstoned: 'wurden hier gelöscht',
    collision:
      'ein anderer Benutzer hier hat dieselbe E-Mail-Adresse, denselben Benutzernamen oder dieselbe Telefonnummer',
    shared_identifier: 'eine andere Person des Verzeichnisses hat sie ebenfalls: Wer sich zuerst anmeldet, zieht um',
    repeated_id: 'mehrere Zeilen haben dieselbe Id des Altsystems',
    profile_refused: 'das Profil kann nicht gespeichert werden',
    blocked: 'gesperrt',
    excluded: 'durch eine Entscheidung ausgeschlossen',
    unknown_user: 'get_user kennt sie nicht',
    other_user: 'get_user hat einen anderen Benutzer geliefert',
    no_password: 'ohne Passwort im Altsystem',
    script_error: 'get_user ist fehlgeschlagen',
    legacy_unreachable: 'das Altsystem war nicht erreichbar',
    legacy_timeout: 'das Altsystem hat nicht rechtzeitig geantwortet',
    script_timeout: 'get_user hat nicht rechtzeitig geantwortet',
    out_of_memory: 'get_user brauchte zu viel Speicher',
  },
})
