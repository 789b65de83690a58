import { translation } from '../translation'

export const try_connection = translation<'try_connection'>()({
  title: 'Die Verbindung ausprobieren',
  hint: 'Melden Sie auf der Anmeldeseite des Mandanten eine Testperson an, nur mit dieser Verbindung.',
  effect:
    'Die Anmeldung ist echt: Eine Person des Altsystems zieht um, Regeln laufen, und ein falsches Passwort zählt. Sie gelingt auch, solange keine Anwendung die Verbindung benutzen darf. Sie ersetzt eine Sitzung dieses Browsers beim Mandanten und hinterlässt keine.',
  begin: 'Eine Testperson anmelden',
  again: 'Noch einmal anmelden',
  notBegun: 'Der Test wurde nicht begonnen',
  waiting: 'Warten auf die Anmeldung',
  notOpened: 'Sie läuft in einem eigenen Fenster. Hat der Browser keines geöffnet?',
  open: 'Die Anmeldung öffnen',
  closed:
    'Noch ist nichts zurückgekommen. Wurde das Fenster vor dem Ende der Anmeldung geschlossen, so wurde niemand angemeldet: Öffnen Sie es noch einmal.',
  expired: 'Innerhalb von 15 Minuten kam keine Anmeldung zurück. Beginnen Sie von vorn.',
  refused: 'Die Anmeldung wurde abgelehnt',
  noResult: 'Das Ergebnis konnte nicht gelesen werden',
  returned: 'Der Test der Anmeldung ist fertig',
  returnedText: 'Das Ergebnis steht im Tab, der ihn begonnen hat. Sie können dieses Fenster schließen.',
  signedIn: 'Angemeldet',
  letIn: 'eingelassen',
  notLetIn: 'nicht eingelassen',
  ends: {
    moved: 'bei dieser Anmeldung umgezogen',
    success: 'war schon hier',
    legacy_success: 'vom Altsystem eingelassen',
  },
  name: 'Name',
  email: 'E-Mail-Adresse',
  userId: 'Benutzer-ID',
  claims: 'Claims des ID-Tokens',
  claimsHint: 'Was eine Anwendung liest. Es wurde kein Token ausgestellt.',
  attempts: 'Anmeldungen dieses Tests',
  time: 'Zeit',
  typed: 'Eingegeben',
  result: 'Ergebnis',
  seen: 'Was die Person sah',
})
