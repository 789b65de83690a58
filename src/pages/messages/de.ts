import type { MessageKey } from './en.ts'
import type { Message } from '../../base/message.ts'

/** The texts of the pages in German. */
export const de: Record<MessageKey, Message> = {
  problem_prefix: 'Problem: {title}',
  email: 'E-Mail-Adresse',
  username: 'Benutzername',
  phone_number: 'Telefonnummer',
  email_or_username: 'E-Mail-Adresse oder Benutzername',
  email_or_phone_number: 'E-Mail-Adresse oder Telefonnummer',
  username_or_phone_number: 'Benutzername oder Telefonnummer',
  any_identifier: 'E-Mail-Adresse, Benutzername oder Telefonnummer',
  optional: '{label} (optional)',
  password: 'Passwort',
  new_password: 'Neues Passwort',
  password_repeat: 'Passwort wiederholen',
  show_password: 'Passwort anzeigen',
  hide_password: 'Passwort verbergen',
  caps_lock: 'Die Feststelltaste ist aktiv.',
  continue: 'Weiter',
  reference: 'Referenzcode: {reference}',
  questions: 'Fragen?',
  support_page: 'Hilfeseiten',
  continue_to: 'Weiter zu {name}',
  back_to_login: 'Zurück zur Anmeldung',
  close_page: 'Sie können diese Seite schließen.',

  login_title: 'Anmelden',
  login_lead: 'Melden Sie sich an, um mit {client} fortzufahren.',
  login_button: 'Anmelden',
  login_as_other: 'Als andere Person anmelden',
  login_admin_forgot: 'Passwort vergessen? Der Betreiber dieses Servers kann einen neuen Einrichtungslink erstellen.',
  forgot_link: 'Passwort vergessen?',
  signup_question: 'Neu hier?',
  signup_link: 'Registrieren',
  signup_title: 'Registrieren',
  signup_lead: 'Registrieren Sie sich, um mit {client} fortzufahren.',
  signup_button: 'Registrieren',
  login_question: 'Schon registriert?',
  login_link: 'Anmelden',
  existing_password_link: 'Mit Ihrem bisherigen Passwort anmelden',

  rules_title: 'Regeln für das Passwort:',
  rules_met: 'Das Passwort erfüllt alle Regeln.',
  rule_met: 'erfüllt: {rule}',
  rule_unmet: 'nicht erfüllt: {rule}',
  rule_lengthAtLeast: { one: 'Mindestens {count} Zeichen lang', other: 'Mindestens {count} Zeichen lang' },
  rule_shouldContain: 'Enthält:',
  rule_containsAtLeast: 'Enthält mindestens {count} der folgenden {total} Arten von Zeichen:',
  rule_lowerCase: 'Kleinbuchstaben (a-z)',
  rule_upperCase: 'Großbuchstaben (A-Z)',
  rule_numbers: 'Ziffern (0-9)',
  rule_specialCharacters: 'Sonderzeichen (z. B. !@#$%^&*)',
  rule_identicalChars: {
    one: 'Höchstens {count} gleiches Zeichen hintereinander (also nicht „aaa“)',
    other: 'Höchstens {count} gleiche Zeichen hintereinander (also nicht „aaa“)',
  },

  forgot_title: 'Passwort vergessen?',
  forgot_lead:
    'Geben Sie ein, womit Sie sich anmelden. Wir senden Ihnen einen Link, über den Sie ein neues Passwort wählen.',
  forgot_lead_code:
    'Geben Sie ein, womit Sie sich anmelden. Wir senden Ihnen einen Link oder einen Code, um ein neues Passwort zu wählen.',
  forgot_button: 'Link senden',
  forgot_sent_title: 'Prüfen Sie Ihre Nachrichten',
  forgot_sent: 'Wenn {identifier} hier bekannt ist, ist ein Link zum Wählen eines neuen Passworts unterwegs.',
  forgot_sent_hint:
    'Das kann einige Minuten dauern. Sehen Sie auch im Spam-Ordner nach, und verwenden Sie die neueste Nachricht.',
  forgot_sent_contact: 'Wenn keine Nachricht kommt, wenden Sie sich bitte an uns: Wir kümmern uns darum.',
  code: 'Code aus der Nachricht',
  code_title: 'Code eingeben',
  code_lead: 'Geben Sie den sechsstelligen Code aus der Textnachricht ein.',
  code_sent:
    'Wenn {identifier} zu einem Benutzer hier gehört, ist eine Textnachricht mit einem sechsstelligen Code unterwegs oder eine E-Mail mit einem Link.',
  elsewhere_title: 'Ihr Passwort wird an anderer Stelle verwaltet',
  elsewhere:
    'Die Passwörter für {tenant} werden in einem anderen System verwaltet. Ein neues lässt sich hier nicht wählen.',
  elsewhere_link: 'Passwort dort ändern',
  reset_title: 'Neues Passwort wählen',
  reset_button: 'Passwort ändern',
  reset_done_title: 'Ihr Passwort wurde geändert',
  reset_done: 'Sie können sich jetzt als {email} mit Ihrem neuen Passwort anmelden.',
  reset_done_hint: 'Sie können diese Seite schließen und dorthin zurückkehren, wo Sie sich anmelden wollten.',

  verify_title: 'E-Mail-Adresse bestätigen',
  verify_lead: 'Ist {email} Ihre Adresse? Bitte bestätigen Sie das.',
  verify_button: 'Diese Adresse bestätigen',
  verify_done_title: 'Ihre E-Mail-Adresse ist bestätigt',
  verify_done: 'Vielen Dank. Wir wissen jetzt, dass {email} Ihnen gehört.',

  consent_title: 'Zugriff erlauben?',
  consent_lead: '{client} bittet um Zugriff auf Ihre Daten bei {tenant}.',
  consent_user: 'Sie sind als {identifier} angemeldet.',
  consent_scopes: 'Das darf {client} dann:',
  consent_accept: 'Erlauben',
  consent_deny: 'Nicht erlauben',
  scope_openid: 'Wissen, dass Sie es sind',
  scope_profile: 'Ihren Namen und Ihr Bild sehen',
  scope_email: 'Ihre E-Mail-Adresse sehen',
  scope_phone: 'Ihre Telefonnummer sehen',
  scope_address: 'Ihre Postanschrift sehen',
  scope_offline_access: 'Diesen Zugriff behalten, während Sie nicht da sind',

  logout_title: 'Abmelden?',
  logout_lead: 'Sie sind bei {tenant} als {identifier} angemeldet.',
  logout_lead_unnamed: 'Sie sind bei {tenant} angemeldet.',
  logout_button: 'Abmelden',
  logout_stay: 'Angemeldet bleiben',
  logout_stayed_title: 'Sie sind weiterhin angemeldet',
  logged_out_title: 'Sie sind abgemeldet',

  handover_form: 'Wenn nichts geschieht, verwenden Sie die Schaltfläche.',
  handover_window: 'Sie können dieses Fenster schließen.',

  identifier_missing: 'Bitte füllen Sie dieses Feld aus.',
  identifier_invalid: 'Diese Eingabe enthält Zeichen, die hier nicht verwendet werden können.',
  password_missing: 'Bitte geben Sie Ihr Passwort ein.',
  new_password_missing: 'Bitte geben Sie ein Passwort ein.',
  passwords_differ: 'Die beiden Passwörter stimmen nicht überein. Bitte geben Sie beide noch einmal ein.',
  email_invalid: 'Das ist keine gültige E-Mail-Adresse.',
  username_invalid: 'Dieser Benutzername kann nicht verwendet werden.',
  phone_number_invalid:
    'Das ist keine gültige Telefonnummer. Geben Sie sie mit der Landesvorwahl ein, zum Beispiel +49.',
  wrong_credentials: 'Der Anmeldename oder das Passwort ist falsch.',
  wrong_credentials_email: 'Die E-Mail-Adresse oder das Passwort ist falsch.',
  password_too_long: 'Das Passwort ist zu lang: höchstens {count} Byte.',
  identifier_too_long: 'Die Eingabe ist zu lang: höchstens {count} Zeichen.',
  weak_password:
    'Dieses Passwort ist zu schwach: Es erfüllt nicht alle Regeln, die unten stehen. Bitte wählen Sie ein anderes.',
  user_exists: 'Damit haben Sie sich schon einmal registriert.',
  signup_refused:
    'Damit können Sie sich nicht registrieren. Wenn Sie schon registriert sind, melden Sie sich mit Ihrem bisherigen Passwort an.',
  registration_failed:
    'Die Registrierung konnte nicht abgeschlossen werden, und es wurde nichts gespeichert. Bitte versuchen Sie es in einigen Minuten noch einmal.',
  signup_disabled_title: 'Registrierung nicht möglich',
  signup_disabled: 'Neue Benutzer können sich hier nicht registrieren.',
  signup_unavailable:
    'Wir konnten gerade nicht prüfen, ob Sie schon registriert sind. Bitte versuchen Sie es in einigen Minuten noch einmal.',
  legacy_unavailable_title: 'Bitte versuchen Sie es in einigen Minuten noch einmal',
  legacy_unavailable_password: 'Das Benutzerverzeichnis ist gerade nicht erreichbar. Ihr Passwort wurde nicht geprüft.',
  legacy_unavailable_reset:
    'Das Benutzerverzeichnis ist gerade nicht erreichbar. Ihr Passwort wurde nicht geändert. Bitte versuchen Sie es in einigen Minuten noch einmal: Ihr Link bleibt gültig.',
  legacy_unavailable_link:
    'Das Benutzerverzeichnis ist gerade nicht erreichbar. Es wurde nichts geändert, und Ihr Link bleibt gültig.',
  try_again_minutes: 'Bitte versuchen Sie es in einigen Minuten noch einmal.',
  overloaded_title: 'Bitte versuchen Sie es gleich noch einmal',
  overloaded: 'Dieser Server ist gerade ausgelastet. Es wurde nichts geändert.',
  store_unavailable:
    'Wir können gerade nicht auf unsere eigenen Daten zugreifen. Ob Ihr letzter Schritt gespeichert wurde, wissen wir nicht; bitte wiederholen Sie ihn.',
  too_many_attempts_title: 'Zu viele falsche Passwörter',
  too_many_attempts:
    'Zu Ihrem Schutz ist die Anmeldung nach vielen falschen Passwörtern hintereinander eine Zeit lang gesperrt. Das letzte Passwort wurde nicht geprüft.',
  address_locked_title: 'Zu viele Versuche aus Ihrem Netz',
  address_locked:
    'Von Ihrer Netzwerkadresse kamen zu viele fehlgeschlagene Anmeldungen. Gesperrt ist eine Zeit lang diese Adresse, nicht Sie: Aus einem anderen Netz können Sie sich anmelden.',
  too_many_requests_title: 'Zu viele Versuche',
  too_many_requests: 'Bitte warten Sie eine Weile und versuchen Sie es dann noch einmal. Es wurde nichts geändert.',
  user_blocked_title: 'Sie sind gesperrt',
  user_blocked: 'Ihr Passwort ist richtig, aber Sie dürfen sich zurzeit nicht anmelden.',
  login_denied_title: 'Sie können sich nicht anmelden',
  login_denied: 'Sie dürfen sich hier nicht anmelden.',
  not_completed: 'Ihre Anmeldung konnte nicht abgeschlossen werden.',
  not_completed_hint:
    'Ihr Passwort kann richtig sein. Bitte versuchen Sie es später noch einmal, oder bitten Sie unter Angabe des Referenzcodes um Hilfe.',
  second_factor_title: 'Ein zweiter Faktor ist nötig',
  second_factor:
    'Für Ihre Anmeldung ist ein zweiter Faktor nötig, der hier noch nicht unterstützt wird. Das Passwort allein genügt nicht.',
  change_failed_password: 'Ihr Passwort wurde nicht geändert.',
  change_failed_email: 'Ihre E-Mail-Adresse wurde nicht bestätigt.',
  unavailable_link:
    'Das ist gerade nicht möglich. Bitte versuchen Sie es in einigen Minuten noch einmal: Ihr Link bleibt gültig.',
  login_expired_title: 'Bitte beginnen Sie noch einmal',
  login_expired: 'Diese Anmeldeseite ist abgelaufen oder wurde über ein Lesezeichen geöffnet. Es wurde nichts geprüft.',
  login_expired_hint:
    'Gehen Sie zurück zu der Anwendung, die Sie verwenden möchten, und melden Sie sich von dort aus an.',
  cookies_missing_title: 'Cookies sind nötig',
  cookies_missing: 'Ihr Browser hat das Cookie dieser Seite nicht gesendet. Es wurde nichts geprüft.',
  cookies_missing_hint:
    'Erlauben Sie Cookies für diese Website, gehen Sie dann zurück zur Anwendung und melden Sie sich noch einmal an.',
  request_invalid_title: 'Dieser Anmeldelink funktioniert nicht',
  request_invalid:
    'Die Anwendung hat Sie mit einer Anfrage hierher geschickt, die nicht angenommen werden kann. Bitte wenden Sie sich an den Betreiber der Anwendung.',
  request_detail: 'Für Entwickler: {detail}',
  ticket_invalid_title: 'Dieser Link funktioniert nicht mehr',
  ticket_invalid:
    'Er wurde schon benutzt, er ist abgelaufen, oder ein Teil davon fehlt. Ein Link für ein neues Passwort endet auch, wenn das Passwort geändert wird.',
  ticket_invalid_hint:
    'Fordern Sie dort, wo Sie sich anmelden wollten, einen neuen Link an, und verwenden Sie die neueste E-Mail.',
  code_invalid:
    'Dieser Code ist falsch oder nicht mehr gültig. Fordern Sie nach fünf falschen Codes einen neuen an, wo Sie sich anmelden wollten.',
  ticket_in_use_title: 'Dieser Link wird gerade benutzt',
  ticket_in_use:
    'Ihr Klick ist zweimal angekommen, oder der Link ist in einem anderen Fenster geöffnet. Warten Sie eine Minute und versuchen Sie es noch einmal.',
  reset_changed_title: 'Dieser Link passt nicht mehr',
  reset_changed:
    'Seit dieser Link verschickt wurde, hat sich im Benutzerverzeichnis etwas an Ihren Daten geändert. Vorsichtshalber wurde Ihr Passwort nicht geändert.',
  reset_changed_hint: 'Fordern Sie dort, wo Sie sich anmelden wollten, einen neuen Link an.',
  form_from_elsewhere_title: 'Dieses Formular stammt nicht von unserer Seite',
  form_from_elsewhere:
    'Öffnen Sie die Seite noch einmal, und senden Sie das Formular von dort ab. Es wurde nichts geändert.',
  not_found_title: 'Hier ist nichts',
  not_found: 'Diese Adresse gibt es nicht.',
  not_found_hint:
    'Wenn Sie einem Link in einer E-Mail gefolgt sind, öffnen Sie den ganzen Link noch einmal: E-Mail-Programme schneiden lange Links manchmal ab.',
  unknown_host_title: 'Unbekannter Hostname',
  unknown_host: 'Hier läuft ein Wherry-Server, aber keiner seiner Mandanten hat diesen Hostnamen.',
  unknown_host_hint:
    'Wenn Sie diesen Server betreiben: WHERRY_PUBLIC_URL nennt den Host des Standardmandanten, und ein Reverse-Proxy muss den Hostnamen weitergeben.',
  internal_title: 'Etwas ist schiefgegangen',
  internal:
    'Der Fehler liegt bei uns und wurde für die Betreiber dieses Servers protokolliert. Bitte versuchen Sie es in einigen Minuten noch einmal.',
  refused_title: 'Das konnten wir nicht annehmen',
  refused:
    'Ihr Browser hat etwas gesendet, das diese Seite nicht annimmt. Es wurde nichts geändert. Öffnen Sie den Link noch einmal.',
}
