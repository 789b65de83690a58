import { translation } from '../translation'

export const session = translation<'session'>()({
  endedTitle: 'Ihre Sitzung ist beendet',
  endedText:
    'Melden Sie sich wieder an, um fortzufahren. Diese Seite bleibt, wie sie ist, und keine Eingabe geht verloren.',
  signInBeside: 'Anmelden',
  signInFailed: 'Die Anmeldung ist fehlgeschlagen',
  notBegun: 'Diese Anmeldung wurde nicht in diesem Browser begonnen, oder sie war bereits abgeschlossen.',
  signingIn: 'Anmeldung läuft',
  signedInWindow: 'Sie sind angemeldet. Sie können dieses Fenster schließen.',
  signInAgain: 'Wieder anmelden',
  signedOut: 'Sie sind abgemeldet',
})
