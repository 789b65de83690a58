import { number, plural } from '../plural'
import { translation } from '../translation'

const count = (value: number): string => number('de', value)
const people = (value: number): string => plural('de', value, { one: '1 Person', other: `${count(value)} Personen` })

export const tenant = translation<'tenant'>()({
  titleOf: (name) => `Mandant ${name}`,
  parts: 'Teile des Mandanten',
  more: 'Mehr zum Mandanten',
  tabs: { settings: 'Allgemein', plan: 'Tarif', keys: 'Signaturschlüssel', network: 'Netzwerk' },

  look: 'Name und Logo',
  lookHint: 'Auf den Anmeldeseiten und in Mails.',
  support: 'Support',
  supportHint: 'Steht dort, wo Personen allein nicht weiterkommen, und in Mails.',
  languages: 'Sprachen',
  languagesHint: 'Seiten und Mails nehmen die erste Sprache des Browsers, die darunter ist.',
  sessions: 'Sitzungen',
  sessionsHint:
    'Wie lange Personen bei diesem Mandanten angemeldet bleiben. Eine Sitzung behält das Ende, das sie bei ihrem Beginn hatte; Tokens haben eigene Laufzeiten.',
  hours: ' Stunden',
  defaults: 'Voreinstellungen',
  defaultsHint: 'Was gilt, wo eine Anfrage oder eine Anwendung nichts anderes sagt.',
  none: 'Keine',
  emailRule: 'Geben Sie eine E-Mail-Adresse ein, oder lassen Sie das Feld leer.',
  urlRule: 'Geben Sie eine Adresse ein, die mit https:// oder http:// beginnt, oder lassen Sie das Feld leer.',
  hoursRule: (min, max) => `Geben Sie Stunden von ${min.toLocaleString('de')} bis ${count(max)} ein.`,
  fields: {
    friendly_name: { label: 'Name', hint: 'Der Name Ihres Unternehmens oder Produkts.' },
    picture_url: { label: 'Logo', hint: 'Die Adresse eines Bildes.' },
    support_email: { label: 'E-Mail-Adresse', hint: undefined },
    support_url: { label: 'Webseite', hint: undefined },
    default_language: { label: 'Voreingestellte Sprache', hint: 'Für Personen, deren Sprachen nicht darunter sind.' },
    other_languages: { label: 'Weitere Sprachen', hint: 'Sprachen ohne eigene Texte werden nur aufbewahrt.' },
    ends_with_browser: {
      label: 'Sitzungen enden mit dem Browser',
      hint: 'Die meisten Browser behalten sie trotzdem, wenn sie ihre Tabs wiederherstellen.',
    },
    session_lifetime: {
      label: 'Längste Sitzung',
      hint: 'Danach melden sich Personen wieder an, wie aktiv sie auch sind.',
    },
    idle_session_lifetime: {
      label: 'Längste Zeit ohne Verwendung',
      hint: 'Danach melden sich Personen wieder an.',
    },
    ephemeral_session_lifetime: {
      label: 'Längste Sitzung',
      hint: 'Danach melden sich Personen wieder an, auch wenn der Browser nicht geschlossen wurde.',
    },
    idle_ephemeral_session_lifetime: {
      label: 'Längste Zeit ohne Verwendung',
      hint: 'Danach melden sich Personen wieder an.',
    },
    default_directory: { label: 'Verbindung von Password-Grants, die keinen Realm nennen', hint: undefined },
    default_audience: { label: 'API von Token-Anfragen, die keine nennen', hint: undefined },
    default_redirection_uri: {
      label: 'Ziel für Personen, die ohne Anwendung kommen',
      hint: 'Etwa nach dem Link einer Mail, die keine Anwendung nennt.',
    },
    allowed_logout_urls: {
      label: 'Adressen, zu denen eine Abmeldung führen darf',
      hint: 'Für Abmeldungen, die keine Anwendung nennen. Durch Kommas getrennt.',
    },
    oidc_conformant_answers: {
      label: 'Antworten entsprechen OpenID Connect',
      hint: 'Für Anwendungen, die es nicht selbst festlegen. Aus: Die Antworten sind die von Auth0.',
    },
    says_user_exists: {
      label: 'Eine Registrierung sagt, dass es den Benutzer gibt',
      hint: 'An: Fremde können herausfinden, wer hier bekannt ist.',
    },
  },

  plans: 'Tarife',
  plansHint:
    'Was jeder Tarif erlaubt, und was er für die Personen dieses Mandanten bedeutet. Mit „Benutzer importieren“ ziehen Personen bei ihrer nächsten Anmeldung aus einem Altsystem um; ohne den Import kann ein Altsystem über jede Anmeldung entscheiden.',
  planColumns: { plan: 'Tarif', allows: 'Erlaubt', effect: 'Was er hier bewirkt' },
  planNames: {
    free: 'Free',
    developer: 'Developer',
    developer_pro: 'Developer Pro',
    enterprise: 'Enterprise',
  },
  present: 'jetziger Tarif',
  allowsLocal: 'Benutzer liegen hier',
  allows: { import_mode: 'Benutzer importieren', legacy_mode: 'Altsystem entscheidet' },
  effects: {
    import_mode: ({ not_moved, is_complete }) =>
      `${
        is_complete
          ? `${people(not_moved)}, noch nicht umgezogen,`
          : `Noch nicht umgezogene Personen, davon ${people(not_moved)} bekannt,`
      } können sich nicht anmelden und kein Passwort zurücksetzen, und niemand kann sich registrieren. Umgezogene melden sich wie bisher an.`,
    legacy_mode: ({ users }) =>
      `Niemand kann sich anmelden: ${plural('de', users, { one: '1 Benutzer', other: `${count(users)} Benutzer` })}, die schon kamen, und alle anderen des Altsystems.`,
  },
  effectIn: 'In:',
  allAllowed: 'Alles ist erlaubt.',
  notUsed: 'Nichts ändert sich: Keine Verbindung verwendet, was ihm fehlt.',
  moreConnections: (more) => `und ${count(more)} weitere`,
  changePlan: 'Tarif ändern',
  changePlanHint:
    'Nur der Betreiber dieses Servers ändert den Tarif; keine Rolle im Mandanten kann es. Er gilt ab der nächsten Anmeldung, und nichts wird gelöscht: Ein höherer Tarif bringt alles zurück.',

  keys: 'Signaturschlüssel',
  keysHint: 'Der aktuelle Schlüssel signiert Tokens. Anwendungen prüfen sie mit den veröffentlichten Schlüsseln.',
  keyColumns: { key: 'Schlüssel', state: 'Zustand', since: 'Seit', actions: 'Aktionen' },
  fingerprint: (text) => `SHA-1 ${text}`,
  keyStates: {
    current: { name: 'aktuell', hint: 'Signiert Tokens.' },
    next: { name: 'nächster', hint: 'Im Voraus veröffentlicht; die nächste Rotation macht ihn zum aktuellen.' },
    previous: { name: 'voriger', hint: 'Seine Tokens werden angenommen. Er bleibt 31 Tage lang veröffentlicht.' },
    revoked: { name: 'widerrufen', hint: 'Seine Tokens werden abgelehnt.' },
  },
  published: 'Veröffentlichte Schlüssel',
  publishedHint: 'Wo Anwendungen die Schlüssel abrufen.',
  certificate: 'Zertifikat',
  certificateOf: (kid) => `Zertifikat von ${kid} herunterladen`,
  rotate: 'Rotieren',
  rotateTitle: 'Signaturschlüssel rotieren',
  rotateText:
    'Der nächste Schlüssel signiert neue Tokens. Tokens des vorigen gelten weiter, und Anwendungen, die die veröffentlichten Schlüssel abrufen, merken nichts. Eine Anwendung mit eingebautem Zertifikat lehnt neue Tokens ab, bis sie das des nächsten hat: Laden Sie es vorher herunter.',
  rotated: 'Jetzt signiert der nächste Schlüssel',
  revoke: 'Widerrufen',
  revokeOf: (kid) => `${kid} widerrufen`,
  revokeTitle: 'Schlüssel widerrufen',
  revokeTexts: {
    current:
      'Ab jetzt signiert der nächste Schlüssel. Jedes Token, das dieser signiert hat, wird abgelehnt: Benutzer Ihrer Anwendungen und Ihre Programme müssen neue abrufen. Sitzungen und Refresh-Tokens bleiben. Das kann nicht rückgängig gemacht werden.',
    next: 'Er hat nichts signiert. Ein anderer Schlüssel wird an seiner Stelle im Voraus veröffentlicht. Das kann nicht rückgängig gemacht werden.',
    previous:
      'Jedes Token, das er signiert hat, wird abgelehnt: Wer noch eines hat, muss ein neues abrufen. Sitzungen und Refresh-Tokens bleiben. Das kann nicht rückgängig gemacht werden.',
  },
  revoked: 'Der Schlüssel ist widerrufen',

  egress: 'Regeln und Aktionen',
  egressHint:
    'Wohin sich die Regeln und Aktionen dieses Mandanten verbinden dürfen. Jede Verbindung hat eine eigene Liste für ihre Skripte.',
})
