import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)

export const login_way = translation<'login_way'>()({
  title: 'Der Weg einer Anmeldung, heute',
  since: 'Anmeldungen mit einem Passwort seit Mitternacht UTC,',
  byApplication: 'Nach Anwendung und Ursache',
  step: 'Schritt',
  logins: 'Anmeldungen',
  all: 'Alle Anmeldungen',
  asked: (script) => `Das Altsystem wurde gefragt: Aufrufe von ${script}`,
  wherry: {
    local: ['Wherry', 'prüft das', 'Passwort hier'],
    import: ['Wherry', 'Ist die Person hier?', 'Dann wird das', 'Passwort hier geprüft.'],
    legacy: ['Wherry', 'führt Ihre Skripte', 'bei jeder Anmeldung aus'],
  },
  store: {
    local: [],
    import: ['Altsystem', 'wird nach', 'Personen gefragt,', 'die nicht hier sind'],
    legacy: ['Altsystem', 'entscheidet'],
  },
  ends: {
    here: 'Hier angemeldet',
    refused: 'Nicht angemeldet',
    moved: 'Umgezogen, angemeldet',
    accepted: 'Angemeldet',
    no_answer: 'Altsystem gestört',
  },
  ofThemWrong: (value) => `Name oder Passwort falsch: ${count(value)}`,
  elsewhere: (value) =>
    plural('de', value, {
      one: '1 weitere Anmeldung endete, bevor der Modus der Verbindung heute geändert wurde.',
      other: `${count(value)} weitere Anmeldungen endeten, bevor der Modus der Verbindung heute geändert wurde.`,
    }),
})
