import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)

const all_run = 'Alle laufen; eine, die scheitert, läuft nach einer Pause erneut.'

export const actions = translation<'actions'>()({
  title: 'Aktionen',
  subtitle: 'Funktionen, die Auslöser ausführen: bei einer Anmeldung, einer Registrierung, nach einem Umzug und mehr.',
  library: 'Bibliothek',
  triggers: 'Auslöser',
  triggersSubtitle: 'Jeder Auslöser führt die ihm zugeordneten Aktionen in ihrer Reihenfolge aus.',
  parts: 'Teile der Aktion',
  create: 'Aktion erstellen',
  createTitle: 'Aktion erstellen',
  createText: 'Sie läuft, sobald sie veröffentlicht und ihrem Auslöser hinzugefügt ist.',
  empty: 'Noch keine Aktionen',
  emptyHint:
    'Eine Aktion fügt Tokens Claims hinzu, verweigert eine Anmeldung oder Registrierung, oder meldet einem anderen System einen Umzug. Erstellen Sie eine, veröffentlichen Sie sie, und fügen Sie sie ihrem Auslöser hinzu.',
  noneFound: 'Keine Aktion passt',
  noneFoundHint: 'Setzen Sie einen Filter zurück, um die anderen zu sehen.',
  search: 'Nach Namen suchen',
  any: 'beliebig',
  name: 'Name',
  nameRule: 'Eine Aktion braucht einen Namen.',
  trigger: 'Auslöser',
  status: 'Zustand',
  statuses: {
    running: 'läuft',
    changed: 'läuft, Änderungen nicht veröffentlicht',
    unbound: 'veröffentlicht, nicht zugeordnet',
    never_deployed: 'nie veröffentlicht',
  },
  deployedVersion: 'Version',
  versionNumber: (value) => `Version ${count(value)}`,
  updated: 'Letzte Änderung',
  triggerNames: {
    'pre-user-registration': 'Vor einer Registrierung',
    'post-user-registration': 'Nach einer Registrierung',
    'post-login': 'Anmeldung',
    'post-migration': 'Umzug',
    'post-change-password': 'Passwortänderung',
    'credentials-exchange': 'Token für einen Client',
    'send-phone-message': 'Textnachricht',
  },
  triggerHints: {
    'pre-user-registration':
      'Läuft, bevor eine Registrierung oder die API einen Benutzer erstellt, und kann es verweigern.',
    'post-user-registration': 'Läuft, nachdem ein Benutzer erstellt wurde. Ein Umzug ist keine Registrierung.',
    'post-login': 'Läuft nach jeder erfolgreichen Anmeldung, bevor Tokens ausgegeben werden.',
    'post-migration': 'Läuft, nachdem ein Benutzer eines Altsystems umgezogen ist.',
    'post-change-password': 'Läuft, nachdem ein Benutzer ein neues Passwort gesetzt hat.',
    'credentials-exchange': 'Läuft, bevor ein Client ein Token für sich selbst erhält.',
    'send-phone-message': 'Sendet den Code zum Zurücksetzen des Passworts als Textnachricht.',
  },
  runsWhen: 'Wann',
  itsActions: 'Führt aus',
  none: 'nichts',

  runs: 'Führt diese Aktionen aus',
  runsNothing: 'Dieser Auslöser führt keine Aktion aus.',
  runsHints: {
    'pre-user-registration':
      'Von der ersten bis zur letzten; die erste, die verweigert oder scheitert, lehnt die Registrierung ab.',
    'post-user-registration': all_run,
    'post-login':
      'Von der ersten bis zur letzten; die erste, die verweigert, weiterleitet oder scheitert, ist die letzte.',
    'post-migration': all_run,
    'post-change-password': all_run,
    'credentials-exchange':
      'Von der ersten bis zur letzten; die erste, die verweigert oder scheitert, lehnt das Token ab.',
    'send-phone-message': 'Von der ersten bis zur letzten; die erste, die scheitert, beendet den Versuch.',
  },
  rulesFirst: 'Regeln laufen zuerst',
  rulesFirstHint:
    'Eine Anmeldung führt die aktivierten Regeln in dieser Reihenfolge aus. Verweigert eine, leitet sie weiter oder scheitert sie, läuft keine Aktion.',
  openRules: 'Regeln',
  noRules: (rules) =>
    rules === 0
      ? 'Es gibt keine Regeln.'
      : plural('de', rules, {
          one: 'Die einzige Regel ist deaktiviert.',
          other: `Alle ${count(rules)} Regeln sind deaktiviert.`,
        }),
  available: 'Aktion hinzufügen',
  availableHint: 'Veröffentlichte Aktionen dieses Auslösers, die er noch nicht ausführt.',
  noneAvailable: 'Es gibt keine andere Aktion dieses Auslösers.',
  full: (max) => `Ein Auslöser führt höchstens ${count(max)} Aktionen aus. Entfernen Sie zuerst eine.`,
  seeLibrary: 'Alle Aktionen',
  deployFirst: 'nie veröffentlicht: Öffnen und veröffentlichen Sie sie zuerst',
  add: 'Hinzufügen',
  addTo: (name) => `${name} hinzufügen`,
  added: (name) => `${name} läuft ab jetzt`,
  remove: 'Entfernen',
  removeFrom: (name) => `${name} entfernen`,
  removed: (name) => `${name} läuft nicht mehr`,
  moved: (name) => `${name} hat einen anderen Platz`,
  notBound: 'Die Aktionen des Auslösers wurden nicht geändert',

  place: (place, all) => `läuft als Nummer ${count(place)} von ${count(all)}.`,
  notYetDeployed: 'Nichts führt diese Aktion aus, bis sie veröffentlicht und hinzugefügt ist.',
  notBoundYet: 'Der Auslöser führt diese Aktion noch nicht aus.',
  addToTrigger: 'Dem Auslöser hinzufügen',
  editorLabel: (name) => `Quelltext der Aktion ${name}`,
  save: 'Speichern',
  savedFirst: 'Gespeichert. Sie läuft, sobald sie veröffentlicht und ihrem Auslöser hinzugefügt ist.',
  savedDone: 'Gespeichert. Die veröffentlichte Version läuft, bis Sie diese veröffentlichen.',
  deploy: 'Veröffentlichen',
  saveAndDeploy: 'Speichern und veröffentlichen',
  deployed: (version) => `Version ${count(version)} läuft ab jetzt`,
  deployedUnbound: (version) =>
    `Version ${count(version)} ist veröffentlicht. Fügen Sie sie ihrem Auslöser hinzu, damit sie läuft.`,
  notDeployed: 'Die Aktion wurde nicht veröffentlicht',
  panels: {
    test: 'Testen',
    versions: 'Versionen',
    secrets: 'Geheimnisse',
    modules: 'Module',
    settings: 'Einstellungen',
  },
  event: 'Ereignis',

  versionsHint: (max) =>
    `Jede Veröffentlichung erzeugt eine Version, mit Code, Geheimnissen und Modulen. Die letzten ${count(max)} bleiben.`,
  noVersions: 'Nie veröffentlicht',
  noVersionsHint: 'Jede Veröffentlichung erzeugt eine Version, die verglichen und wiederhergestellt werden kann.',
  version: 'Version',
  deployedAt: 'Veröffentlicht',
  state: 'Zustand',
  runsNow: 'in Gebrauch',
  manage: 'Aktionen',
  compare: 'Vergleichen',
  compareVersion: (version) => `Version ${count(version)} vergleichen`,
  inEditor: 'Im Editor',
  restore: 'Wiederherstellen',
  restoreVersion: (version) => `Version ${count(version)} wiederherstellen`,
  restored: (version) => `Version ${count(version)} ist wieder in Gebrauch`,
  notRestored: 'Die Version wurde nicht wiederhergestellt',
  restoreTitle: (version) => `Version ${count(version)} wiederherstellen?`,
  restoreText:
    'Änderungen dieser Aktion sind gespeichert und wurden nie veröffentlicht. Code, Geheimnisse und Module der Version ersetzen sie, und keine Version enthält sie.',

  secretsHint:
    'Die Aktion liest sie als event.secrets.NAME. Sie sind versiegelt und werden nie wieder angezeigt. Eine Änderung gilt ab der nächsten Veröffentlichung.',
  secret: 'Name',
  secretSet: 'Gesetzt',
  usedInLines: 'Gelesen in Zeile',
  missingSecret: 'fehlt: Die Aktion liest undefined',
  unusedSecret: 'nicht verwendet',
  newSecretName: 'Name eines Geheimnisses',
  secretNameRule: 'Ein Name von JavaScript: Buchstaben, Ziffern, _ und $, keine Ziffer am Anfang',
  secretsFull: (max) => `Eine Aktion hat höchstens ${count(max)} Geheimnisse.`,
  secretValueHint:
    'Ein Test verwendet ihn sofort, Anmeldungen ab der nächsten Veröffentlichung. Er kann nicht wieder gelesen werden.',
  secretDone: (name) => `${name} ist gesetzt. Veröffentlichen Sie die Aktion, um es zu verwenden.`,
  deleteSecretText: (uses) =>
    plural('de', uses, {
      one: 'Eine Zeile des Codes liest es und liest ab der nächsten Veröffentlichung undefined.',
      other: `${count(uses)} Zeilen des Codes lesen es und lesen ab der nächsten Veröffentlichung undefined.`,
    }),
  secretDeleted: (name) =>
    `${name} ist gelöscht. Die veröffentlichte Version behält es bis zur nächsten Veröffentlichung.`,

  modulesHint:
    'Eine Aktion kann jedes Modul der Sandbox laden, die jedes in einer Version hat. Die Liste bleibt für Exporte nach Auth0; ein Modul, das die Sandbox nicht hat, wird abgelehnt.',
  module: 'Modul',
  moduleVersion: 'Version',
  moduleName: 'Name eines Moduls',
  moduleThere: 'Die Liste enthält es.',
  removeModule: (name) => `${name} entfernen`,
  moduleRemoved: (name) => `${name} steht nicht mehr in der Liste`,

  runtime: 'Laufzeitumgebung',
  runtimeHint: 'Alle Aktionen laufen in derselben; der Name bleibt für Exporte nach Auth0.',
  delete: 'Aktion löschen',
  deleteText: 'Ihr Code und ihre Versionen können nicht zurückgeholt werden.',
  deleteBound: 'Ein Auslöser führt diese Aktion aus',
  deleteBoundHint: (place) => `Sie ist dort Nummer ${count(place)}. Entfernen Sie sie zuerst aus dem Auslöser.`,
  deleteTitle: (name) => `${name} löschen?`,
  deleted: (name) => `${name} ist gelöscht`,
})
