import { translation } from '../translation'

export const password = translation<'password'>()({
  title: 'Ihr Passwort ändern',
  current: 'Jetziges Passwort',
  forgotten: (email) =>
    `Wenn Sie es nicht mehr wissen, erzeugt der Betreiber dieses Servers einen Link für ein anderes: wherry admin-link --user ${email}`,
  next: 'Neues Passwort',
  rules: 'Mindestens 12 Zeichen, davon 5 verschiedene, und ohne Ihre E-Mail-Adresse.',
  repeated: 'Neues Passwort wiederholen',
  needed: 'Füllen Sie dieses Feld aus',
  differ: 'Die beiden Passwörter sind verschieden',
  refused: {
    current_password: 'Das ist nicht Ihr Passwort',
    password: 'Wählen Sie ein stärkeres: mindestens 12 Zeichen, davon 5 verschiedene, und ohne Ihre E-Mail-Adresse.',
  },
  ends: 'Hier bleiben Sie angemeldet; in jedem anderen Browser und Programm werden Sie abgemeldet.',
  change: 'Ändern',
  changed: 'Ihr Passwort ist geändert',
})
