import { translation } from '../translation'

export const members = translation<'members'>()({
  title: 'Mitglieder',
  subtitle: 'Die Administratoren dieses Mandanten, und was jeder darf.',
  columns: { member: 'Mitglied', role: 'Rolle', lastLogin: 'Letzte Anmeldung', actions: 'Aktionen' },
  you: 'Sie',
  blocked: 'gesperrt',
  roleOf: (email) => `Rolle von ${email}`,
  roleChanged: (email, role) => `${email} ist jetzt ${role}`,
  roleHints: {
    owner: 'Alles im Mandanten, auch Mitglieder und Geheimnisse.',
    editor: 'Alles außer Mitgliedern, Postausgang, Client-Geheimnissen und Signaturschlüsseln.',
    viewer: 'Liest alles außer Mitgliedern, Postausgang und Client-Geheimnissen. Ändert nichts.',
    support:
      'Findet Personen, entsperrt sie und schickt ihnen Links. Liest kein Skript, keine Einstellung, keine Mail und keinen Schlüssel.',
  },
  signOut: 'Abmelden',
  signOutOf: (email) => `${email} überall abmelden`,
  signedOut: (email) => `${email} ist überall abgemeldet`,
  remove: 'Entfernen',
  removeOf: (email) => `${email} entfernen`,
  removeTitle: (email) => `${email} aus diesem Mandanten entfernen`,
  removeText:
    'Die Rolle endet sofort, ebenso die offenen Einladungen dieses Mitglieds. Rollen in anderen Mandanten bleiben.',
  removed: (email) => `${email} ist kein Mitglied mehr`,
  invite: 'Mitglied einladen',
  inviteTitle: 'Mitglied einladen',
  inviteText:
    'Per E-Mail geht ein Link hinaus, der 7 Tage lang einmal gilt. Ein neues Mitglied wählt ein Passwort; ein Administrator dieses Servers gibt sein bestehendes ein. Ohne Mailserver liegt die Mail im Postausgang.',
  email: 'E-Mail-Adresse',
  emailRule: 'Geben Sie eine E-Mail-Adresse ein.',
  send: 'Einladung senden',
  invited: (email) => `Eine Einladung geht an ${email}`,
  invitations: 'Offene Einladungen',
  noInvitations: 'Keine Einladung ist offen.',
  expires: 'Endet',
  withdraw: 'Zurückziehen',
  withdrawOf: (email) => `Einladung von ${email} zurückziehen`,
  withdrawn: (email) => `Die Einladung von ${email} ist zurückgezogen`,
})
