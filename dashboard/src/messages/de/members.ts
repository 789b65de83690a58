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
  inOtherTenants: 'Nicht gezeigt: andere Mandanten',
  onlyThemselves: (email) =>
    `${email} hat auch in einem anderen Mandanten eine Rolle: nur dieses Mitglied selbst beendet diese Sitzungen, mit „Überall abmelden“.`,
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
    'Der Mailserver des Betreibers schickt einen Link, der 7 Tage lang einmal gilt: nie der Maildienst dieses Mandanten. Ein neues Mitglied wählt ein Passwort; ein Administrator dieses Servers gibt sein bestehendes ein. Ist kein Mailserver eingestellt, sagt die Antwort, was stattdessen zu tun ist.',
  email: 'E-Mail-Adresse',
  emailRule: 'Geben Sie eine E-Mail-Adresse ein.',
  send: 'Einladen',
  invited: (email) => `Eine Einladung wird per E-Mail an ${email} geschickt`,
  linkTitle: (email) => `${email} ist eingeladen`,
  noMailServer: 'Kein Mailserver ist eingestellt: es wurde nichts verschickt',
  handOver: (email) =>
    `Geben Sie diesen Link selbst an ${email}. Wer ihn öffnet, bekommt die Rolle. Er gilt einmal, 7 Tage lang, und wird nicht noch einmal gezeigt.`,
  link: 'Link der Einladung',
  linkDone: 'Ich habe den Link',
  invitations: 'Offene Einladungen',
  noInvitations: 'Keine Einladung ist offen.',
  expires: 'Endet',
  withdraw: 'Zurückziehen',
  withdrawOf: (email) => `Einladung von ${email} zurückziehen`,
  withdrawn: (email) => `Die Einladung von ${email} ist zurückgezogen`,
})
