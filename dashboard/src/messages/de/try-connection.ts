import { translation } from '../translation'

export const try_connection = translation<'try_connection'>()({
  title: 'Verbindung ausprobieren',
  hint: 'Melden Sie sich als Testperson auf der Anmeldeseite des Mandanten an, mit dieser Verbindung allein.',
  effect:
    'Die Anmeldung ist echt: Eine Person des Altsystems zieht um, Regeln laufen, und ein falsches Passwort zählt. Sie geht auch, solange keine Anwendung die Verbindung verwenden darf. Sie ersetzt eine Sitzung dieses Browsers bei dem Mandanten und hinterlässt keine.',
  begin: 'Als Testperson anmelden',
  again: 'Erneut anmelden',
  notBegun: 'Der Anmeldetest wurde nicht begonnen',
  waiting: 'Warten auf die Anmeldung',
  notOpened: 'Sie läuft in einem eigenen Fenster. Hat der Browser keines geöffnet?',
  open: 'Anmeldung öffnen',
  closed:
    'Es kam noch nichts zurück. Wurde das Fenster vor dem Ende geschlossen, ist niemand angemeldet: Öffnen Sie es erneut.',
  expired: 'Innerhalb von 15 Minuten kam keine Anmeldung zurück. Beginnen Sie erneut.',
  refused: 'Die Anmeldung wurde abgelehnt',
  noResult: 'Das Ergebnis konnte nicht gelesen werden',
  returned: 'Der Anmeldetest ist beendet',
  returnedText: 'Sein Ergebnis steht in dem Tab, der ihn begonnen hat. Sie können dieses Fenster schließen.',
  signedIn: 'Angemeldet',
  letIn: 'angemeldet',
  notLetIn: 'nicht angemeldet',
  ends: {
    moved: 'bei dieser Anmeldung umgezogen',
    success: 'war schon hier',
    legacy_success: 'vom Altsystem angenommen',
  },
  name: 'Name',
  email: 'E-Mail-Adresse',
  userId: 'Benutzer-Id',
  claims: 'Claims des ID-Tokens',
  claimsHint: 'Was eine Anwendung liest. Es wurde kein Token ausgegeben.',
  attempts: 'Anmeldungen dieses Tests',
  time: 'Zeit',
  typed: 'Eingegeben',
  result: 'Ergebnis',
  seen: 'Was die Person sah',
})
