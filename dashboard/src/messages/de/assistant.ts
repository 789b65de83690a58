import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)
const users = (value: number): string => plural('de', value, { one: '1 Benutzer', other: `${count(value)} Benutzern` })

export const assistant = translation<'assistant'>()({
  title: 'Verbindungsassistent',
  start: 'Verbindungsassistent',
  question: (at, of) => `Frage ${count(at)} von ${count(of)}`,
  questions: {
    address: 'Wo ist Ihre Datenbank?',
    table: 'Welche Tabelle enthält Ihre Benutzer?',
    columns: 'Wofür sind ihre Spalten?',
    passwords: 'Wie sind die Passwörter gespeichert?',
    load: 'Was wird beim Umzug der Benutzer ein Problem?',
  },
  hints: {
    address:
      'PostgreSQL, MySQL, MariaDB oder SQL Server. Die Datenbank wird nur gelesen, und kein Wert einer Zeile verlässt sie.',
    table: 'Nach den Namen und Werten ihrer Spalten.',
    columns: 'Nach ihren Namen, ihren Typen und den Formen ihrer Werte. Was nicht sicher ist, verdient einen Blick.',
    passwords: 'Nach den Formen der gespeicherten Hashes.',
    load: 'In Ihrer Datenbank gezählt. Bisher wurde nichts gespeichert.',
  },
  notInspected: 'Die Datenbank konnte nicht untersucht werden',
  inspecting: 'Die Datenbank wird gelesen. Das dauert bis zu einer Minute.',
  back: 'Zurück',
  next: 'Weiter',
  address: 'Adresse der Datenbank',
  addressHint: 'Mit einem Benutzer, der lesen darf: postgres://, mysql://, mariadb:// oder sqlserver://',
  addressSaved: 'DATABASE_URL ist gesetzt. Lassen Sie das Feld leer, um sie zu verwenden.',
  allow: (server) => `Den Skripten dieser Verbindung die Verbindung zu ${server} erlauben`,
  certificate: 'Zertifikat der Zertifizierungsstelle (optional)',
  certificateHint: 'PEM, wenn das Zertifikat des Servers von keiner öffentlichen Stelle stammt.',
  inspect: 'Datenbank untersuchen',
  inspectAgain: 'Erneut untersuchen',
  read: (version, engine, tables) =>
    `${version} (${engine}), ${plural('de', tables, { one: '1 Tabelle oder Sicht ist', other: `${count(tables)} Tabellen und Sichten sind` })} lesbar.`,
  view: (name) => `${name} (Sicht)`,
  certainty: (score, reason) => `${count(score)} %: ${reason}`,
  otherTable: 'Andere Tabelle oder Sicht',
  table: 'Tabelle oder Sicht',
  tableHint: 'Mit ihrem Schema, außer es ist das voreingestellte. Eine Sicht kann Tabellen verbinden.',
  role: 'Für',
  roles: {
    id: 'Id',
    email: 'E-Mail-Adresse',
    username: 'Benutzername',
    phone: 'Telefonnummer',
    password: 'Passwort-Hash',
    salt: 'Salt des Hashs',
    blocked: 'gesperrt',
    active: 'aktiv',
    email_verified: 'Adresse bestätigt',
    name: 'Name',
    given_name: 'Vorname',
    family_name: 'Nachname',
    nickname: 'Spitzname',
    picture: 'Bild',
    last_login: 'letzte Anmeldung',
    created_at: 'erstellt',
    updated_at: 'geändert',
    second_factor: 'zweiter Faktor',
    status: 'Status',
  },
  column: 'Spalte',
  certaintyHead: 'Sicherheit',
  percent: (score) => `${count(score)} %`,
  unused: (columns) => `Nicht verwendet: ${columns}.`,
  otherColumns: 'Andere Spalten oder Einstellungen angeben',
  forms: (rows) => `Formen von Passwort-Hashes in ${count(rows)} Zeilen`,
  form: 'Form',
  users: 'Benutzer',
  verifiable: 'Passwörter',
  isVerifiable: 'prüfbar',
  needsRecipe: 'brauchen ein Rezept',
  noHashes: 'Kein gespeicherter Hash wurde gefunden.',
  mayBe: (recipes) => `Hashes ohne eigene Form sind vielleicht ${recipes}.`,
  recipe: 'Das bekannte Passwort ergibt den gespeicherten Hash mit diesem Rezept:',
  prove: 'Beweisen Sie es mit einem Benutzer, dessen Passwort Sie kennen, etwa Ihrem eigenen.',
  identifier: 'E-Mail-Adresse oder Benutzername',
  password: 'Passwort des Benutzers',
  passwordHint: 'Es wird nicht gespeichert. Ein falsches Passwort zählt für den Brute-Force-Schutz.',
  proveIt: 'Beweisen',
  proven: 'bewiesen',
  provenFor: (form) => (form === '' ? 'bewiesen' : `bewiesen für ${form}`),
  stillUnproven: (count_of) =>
    `${plural('de', count_of, { one: '1 Hash hat', other: `${count(count_of)} Hashes haben` })} eine andere Form und ${count_of === 1 ? 'kann' : 'können'} noch nicht geprüft werden. Beweisen Sie sie mit einem dieser Benutzer.`,
  whatRecipe:
    'Ein Rezept beschreibt, wie ein Hash berechnet wurde, der es nicht selbst sagt: die Hashfunktion, ihre Runden und die Stelle des Salts. Die Anleitung docs/guides/password-hashes.md zählt sie auf.',
  noRecipe:
    'Es wurde kein Rezept gefunden, mit dem dieses Passwort den gespeicherten Hash ergibt. Vielleicht ist das Passwort ein anderes, oder der Hash wurde auf eine Weise berechnet, die nicht versucht wurde.',
  enterRecipe:
    'Geben Sie es als Einstellungen an (PASSWORD_HASH, HASH_ENCODING, SALT_COLUMN …) oder als const recipe im geladenen Skript login.',
  toSettings: 'Einstellungen angeben',
  notProven: 'nicht bewiesen',
  refused: {
    wrong_password: 'Das Altsystem hat diesen Benutzer, und das Passwort ist ein anderes.',
    unknown_user: 'Kein Benutzer des Altsystems hat diese E-Mail-Adresse oder diesen Benutzernamen.',
  },
  provenText: 'Das erzeugte Skript login nimmt das Passwort an. Dieser Benutzer würde umziehen.',
  nextUnproven: 'Ohne Beweis weiter',
  meaning: 'Was es für sie bedeutet',
  notCounted: (reason) => `nicht gezählt${reason === '' ? '' : `: ${reason}`}`,
  ofColumn: (meaning, column, sampled) =>
    [meaning, column === undefined ? '' : `(${column})`, sampled === undefined ? '' : `In ${count(sampled)} Zeilen.`]
      .filter((text) => text !== '')
      .join(' '),
  lookedUp: (times, outcome, fields, message) =>
    `get_user wurde mit ${users(times)} versucht: ${outcome}${message === undefined ? '' : ` (${message.replace(/\.$/, '')})`}.${fields === '' ? '' : ` Nicht unverändert gespeichert: ${fields}.`}`,
  warnings: 'Bevor Sie fortfahren',
  proposal: (template, reason) => `Die Vorlage ${template} passt: ${reason}.`,
  check: (settings) => `Das Schema nennt diese Einstellungen nicht, prüfen Sie sie in den Skripten: ${settings}.`,
  loadText: (scripts) =>
    `Die Skripte ${scripts} werden in den Editor geladen: Sie sind nicht in Gebrauch, bis Sie sie speichern.`,
  load: 'Skripte laden',
  noProposal: 'Es können keine Skripte erzeugt werden',
  noProposalText:
    'Gehen Sie zurück, und nennen Sie eine andere Tabelle oder andere Spalten. Eine Sicht kann verbinden, was in mehreren Tabellen steht.',
})
