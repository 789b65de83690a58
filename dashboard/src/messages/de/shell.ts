import { translation } from '../translation'

export const shell = translation<'shell'>()({
  product: 'Wherry',
  skip: 'Zum Inhalt springen',
  navigation: 'Navigation',
  openNavigation: 'Navigation öffnen',
  tenant: 'Mandant',
  chooseTenant: 'Mandanten wählen',
  noTenant: 'Sie haben in keinem Mandanten eine Rolle',
  noTenantHint:
    'Ein Inhaber eines Mandanten kann Sie einladen, und der Betreiber kann einen Einrichtungslink erzeugen.',
  unknownTenant: 'Sie haben in diesem Mandanten keine Rolle, oder es gibt ihn nicht',
  unknownTenantHint: 'Wählen Sie einen Ihrer Mandanten, oder bitten Sie einen Inhaber um eine Einladung.',
  leftTenant: (name) => `Sie sind kein Mitglied von ${name} mehr`,
  leftTenantHint: 'Ein Inhaber hat Sie entfernt. Wählen Sie oben einen anderen Mandanten, oder melden Sie sich ab.',
  search: 'Suchen',
  searchHint: 'Seiten, Benutzer, Verbindungen, Anwendungen und APIs suchen',
  searchLogs: (text) => `Im Protokoll nach „${text}“ suchen`,
  nothingFound: 'Nichts gefunden',
  pages: 'Seiten',
  users: 'Benutzer',
  connections: 'Verbindungen',
  signedInAs: (name) => `Angemeldet als ${name}`,
  role: (role) => `Ihre Rolle hier: ${role}`,
  language: 'Sprache',
  theme: 'Farbschema',
  themes: { auto: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
  shortcuts: 'Tastenkürzel',
  store: {
    title: {
      disk_full: (since) => `Der Server kann nicht schreiben: sein Datenträger ist voll, seit ${since}`,
      read_only: (since) => `Der Server kann nicht schreiben: sein Speicher erlaubt nur Lesen, seit ${since}`,
      unavailable: (since) => `Der Server kann nicht in seinen Speicher schreiben, seit ${since}`,
    },
    readsWork:
      'Was Sie hier lesen, ist aktuell. Änderungen werden abgelehnt, ebenso Anmeldungen und Registrierungen von Benutzern. Danach muss nichts neu gestartet werden.',
    readsFail:
      'Er kann auch nicht gelesen werden: Was Sie sehen, hat den Stand von da an, und andere Seiten können nicht geladen werden. Danach muss nichts neu gestartet werden.',
  },
  changePassword: 'Ihr Passwort ändern',
  signOut: 'Abmelden',
  signOutEverywhere: 'Überall abmelden',
  notFound: 'Diese Seite gibt es nicht',
  notFoundHint: 'Die Adresse enthält vielleicht einen Tippfehler, oder das Gezeigte wurde gelöscht.',
  failed: 'Diese Seite kann nicht angezeigt werden',
  insecure: 'Das Dashboard braucht https',
  insecureHint:
    'Browser erlauben auf einer Seite mit einfachem http keine Anmeldung, außer auf dem eigenen Rechner. Setzen Sie WHERRY_ADMIN_URL und WHERRY_PUBLIC_URL auf https-Adressen.',
  notLoaded: 'Diese Seite konnte nicht geladen werden',
  notLoadedHint:
    'Der Server antwortet nicht, oder er wurde aktualisiert. „Erneut versuchen“ lädt die Seite neu, sobald der Server antwortet.',
  forbidden: 'Ihre Rolle erlaubt diese Seite nicht',
  forbiddenHint: (role) => `Sie erfordert die Rolle ${role}. Ein Inhaber des Mandanten kann Ihre Rolle ändern.`,
})
