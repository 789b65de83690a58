import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)

export const apis = translation<'apis'>()({
  title: 'APIs',
  subtitle: 'Wofür Access-Tokens gelten. Jede API hat eigene Berechtigungen und Laufzeiten.',
  searchLabel: 'Teil des Namens oder der Kennung',
  empty: 'Noch keine APIs',
  emptyHint: 'Erstellen Sie eine für jedes Backend, das Access-Tokens dieses Mandanten annimmt.',
  noMatch: 'Keine API passt',
  noMatchHint: 'Versuchen Sie einen Teil des Namens oder der Kennung, oder die ganze Id.',
  columns: { name: 'API', identifier: 'Kennung', lifetime: 'Laufzeit der Tokens' },
  system: 'System',
  systemText:
    'Dies ist die Management-API des Mandanten. Sie gehört zu Wherry: Ihre Einstellungen und Berechtigungen folgen der laufenden Version, und sie kann nicht gelöscht werden. Welche Anwendungen sie aufrufen dürfen, bestimmen Sie.',

  create: 'API erstellen',
  createTitle: 'API erstellen',
  name: 'Name',
  nameRule: 'Ein Name aus 1 bis 200 Zeichen, ohne < und >',
  identifier: 'Kennung',
  identifierHint:
    'Die Audience ihrer Tokens: Anwendungen senden sie, und die API vergleicht sie. Üblich ist eine URL; sie wird nie aufgerufen. Sie ändert sich nie.',
  identifierRule: 'Höchstens 600 Zeichen, ohne Leerzeichen am Anfang und Ende',
  created: (name) => `${name} ist erstellt`,

  parts: 'Teile der API',
  settings: 'Einstellungen',
  permissions: 'Berechtigungen',
  applications: 'Anwendungen',
  id: 'Id',

  basics: 'Name',
  tokens: 'Access-Tokens',
  algorithm: 'Signiert mit',
  lifetime: 'Laufzeit',
  lifetimeHint: 'Der Tokens, die der Token-Endpunkt ausgibt.',
  webLifetime: 'Laufzeit für Browser',
  webLifetimeHint:
    'Der Tokens von Single-Page-Anwendungen, und derer, die die Anmeldung selbst liefert. Nicht länger als die andere.',
  webLifetimeRule: 'Nicht länger als die andere Laufzeit',
  lifetimeRule: (max) => `Eine ganze Zahl von Sekunden von 1 bis ${count(max)}`,
  switches: {
    allow_offline_access: {
      label: 'Refresh-Tokens',
      hint: 'Anwendungen dürfen offline_access anfordern. Aus: Ihre Benutzer melden sich wieder an, wenn das Access-Token endet.',
    },
    enforce_policies: {
      label: 'Berechtigungen nur durch Rollen (RBAC)',
      hint: 'Rollen gibt es hier noch nicht. An: Benutzer erhalten keine Berechtigung dieser API. Aus: Sie erhalten die, die die Anwendung anfordert.',
    },
  },

  delete: 'API löschen',
  deleteTitle: (name) => `${name} löschen?`,
  deleteText:
    'Anwendungen erhalten keine Tokens mehr für sie, und ihr Zugriff wird gelöscht. Bereits ausgegebene Tokens gelten bis zu ihrem Ende. Das kann nicht rückgängig gemacht werden.',
  deleted: (name) => `${name} ist gelöscht`,

  permissionsText: 'Was Anwendungen als Scopes anfordern dürfen. Ein Token hat nur die gewährten.',
  noPermissions: 'Noch keine Berechtigungen',
  noPermissionsHint: 'Fügen Sie eine für alles hinzu, was die API prüft, etwa read:orders.',
  noPermissionMatch: 'Keine Berechtigung passt',
  permissionSearch: 'Teil einer Berechtigung',
  permission: 'Berechtigung',
  permissionRule: 'Höchstens 280 Zeichen, ohne Leerzeichen: read:orders',
  permissionTaken: 'Die API hat diese Berechtigung bereits',
  permissionsMax: (max) => `Eine API hat höchstens ${count(max)} Berechtigungen`,
  description: 'Beschreibung',
  descriptionHint: 'Benutzer lesen sie, wenn eine fremde Anwendung danach fragt.',
  actions: 'Aktionen',
  add: 'Berechtigung hinzufügen',
  addTitle: 'Berechtigung hinzufügen',
  added: (value) => `${value} ist hinzugefügt`,
  edit: 'Bearbeiten',
  editOf: (value) => `${value} bearbeiten`,
  editTitle: (value) => `Beschreibung von ${value}`,
  remove: 'Entfernen',
  removeOf: (value) => `${value} entfernen`,
  removed: (value) => `${value} ist entfernt: Kein neues Token hat sie`,

  applicationsText:
    'Anwendungen, die Tokens für sich selbst erhalten (Client Credentials). Benutzer erhalten Tokens durch eine Anmeldung, in jeder Anwendung.',
  noApplications: 'Noch darf keine Anwendung sie für sich selbst aufrufen',
  noApplicationsHint: 'Autorisieren Sie eine Machine-to-Machine-Anwendung, mit den Berechtigungen, die sie braucht.',

  grant: {
    api: 'API',
    application: 'Anwendung',
    granted: 'Gewährt',
    actions: 'Aktionen',
    all: 'alle Berechtigungen',
    permissions: (value) => plural('de', value, { one: '1 Berechtigung', other: `${count(value)} Berechtigungen` }),
    authorize: 'Autorisieren',
    authorizeApi: 'Für eine API autorisieren',
    authorizeApplication: 'Anwendung autorisieren',
    chooseApi: 'API wählen',
    chooseApplication: 'Anwendung wählen',
    authorized: (name) => `${name} ist autorisiert`,
    edit: 'Bearbeiten',
    editOf: (name) => `Berechtigungen für ${name} bearbeiten`,
    revoke: 'Widerrufen',
    revokeOf: (name) => `Zugriff von ${name} widerrufen`,
    revoked: (name) => `${name} erhält keine Tokens mehr. Ausgegebene gelten bis zu ihrem Ende.`,
    allLabel: 'Alle Berechtigungen, auch später hinzugefügte',
    allHint: 'Bei der Management-API ohne die, die Inhaber einzeln gewähren, etwa read:outbox.',
    filter: 'Berechtigungen filtern',
    chosen: (chosen, all) => `${count(chosen)} von ${count(all)} gewählt`,
    chooseShown: 'Aufgelistete wählen',
    clearShown: 'Aufgelistete abwählen',
    shownOnly: (shown, all) =>
      `Aufgelistet sind die ersten ${count(shown)} von ${count(all)}. Filtern Sie, um die anderen zu finden.`,
    undefinedScope: 'Die API definiert sie nicht mehr',
    none: 'Die API hat keine Berechtigungen. Die Anwendung kann Tokens ohne eine erhalten.',
  },
})
