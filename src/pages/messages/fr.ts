import type { MessageKey } from './en.ts'
import type { Message } from '../../base/message.ts'

/** The texts of the pages in French. */
export const fr: Record<MessageKey, Message> = {
  problem_prefix: 'Problème : {title}',
  email: 'Adresse e-mail',
  username: 'Nom d’utilisateur',
  phone_number: 'Numéro de téléphone',
  email_or_username: 'Adresse e-mail ou nom d’utilisateur',
  email_or_phone_number: 'Adresse e-mail ou numéro de téléphone',
  username_or_phone_number: 'Nom d’utilisateur ou numéro de téléphone',
  any_identifier: 'Adresse e-mail, nom d’utilisateur ou numéro de téléphone',
  optional: '{label} (facultatif)',
  password: 'Mot de passe',
  new_password: 'Nouveau mot de passe',
  password_repeat: 'Répétez le mot de passe',
  show_password: 'Afficher le mot de passe',
  hide_password: 'Masquer le mot de passe',
  caps_lock: 'La touche Verr. Maj. est activée.',
  continue: 'Continuer',
  reference: 'Code de référence : {reference}',
  questions: 'Des questions ?',
  support_page: 'Pages d’aide',
  continue_to: 'Continuer vers {name}',
  back_to_login: 'Retour à la connexion',
  close_page: 'Vous pouvez fermer cette page.',

  login_title: 'Se connecter',
  login_lead: 'Connectez-vous pour continuer vers {client}.',
  login_button: 'Se connecter',
  login_as_other: 'Se connecter avec un autre utilisateur',
  login_admin_forgot: 'Mot de passe oublié ? L’exploitant de ce serveur peut créer un nouveau lien de configuration.',
  forgot_link: 'Mot de passe oublié ?',
  signup_question: 'Première visite ?',
  signup_link: 'S’inscrire',
  signup_title: 'S’inscrire',
  signup_lead: 'Inscrivez-vous pour continuer vers {client}.',
  signup_button: 'S’inscrire',
  login_question: 'Déjà inscrit ?',
  login_link: 'Se connecter',
  existing_password_link: 'Se connecter avec votre mot de passe actuel',

  rules_title: 'Règles pour le mot de passe :',
  rules_met: 'Le mot de passe respecte toutes les règles.',
  rule_met: 'respecté : {rule}',
  rule_unmet: 'non respecté : {rule}',
  rule_lengthAtLeast: { one: 'Au moins {count} caractère', other: 'Au moins {count} caractères' },
  rule_shouldContain: 'Doit contenir :',
  rule_containsAtLeast: 'Contenir au moins {count} de ces {total} types de caractères :',
  rule_lowerCase: 'lettres minuscules (a-z)',
  rule_upperCase: 'lettres majuscules (A-Z)',
  rule_numbers: 'chiffres (0-9)',
  rule_specialCharacters: 'caractères spéciaux (par ex. !@#$%^&*)',
  rule_identicalChars: {
    one: 'Pas plus de {count} caractère identique à la suite (par ex., « aaa » est refusé)',
    other: 'Pas plus de {count} caractères identiques à la suite (par ex., « aaa » est refusé)',
  },

  forgot_title: 'Mot de passe oublié ?',
  forgot_lead:
    'Saisissez ce avec quoi vous vous connectez. Nous vous enverrons un lien pour choisir un nouveau mot de passe.',
  forgot_lead_code:
    'Saisissez ce avec quoi vous vous connectez. Nous vous enverrons un lien ou un code pour choisir un nouveau mot de passe.',
  forgot_button: 'Envoyer le lien',
  forgot_sent_title: 'Consultez vos messages',
  forgot_sent:
    'Si {identifier} correspond à un utilisateur de ce service, un lien pour choisir un nouveau mot de passe est en route.',
  forgot_sent_hint:
    'Cela peut prendre quelques minutes. Regardez aussi dans les courriers indésirables et utilisez le message le plus récent.',
  forgot_sent_contact: 'Si aucun message n’arrive, contactez-nous : nous vérifierons.',
  code: 'Code reçu',
  code_title: 'Saisissez le code',
  code_lead: 'Saisissez le code à six chiffres reçu par SMS.',
  code_sent:
    'Si {identifier} appartient à un utilisateur ici, un SMS avec un code à six chiffres est en route, ou un e-mail avec un lien.',
  elsewhere_title: 'Votre mot de passe est géré ailleurs',
  elsewhere:
    'Les mots de passe de {tenant} sont gérés dans un autre système. Il n’est pas possible d’en choisir un nouveau ici.',
  elsewhere_link: 'Changer le mot de passe là-bas',
  reset_title: 'Choisissez un nouveau mot de passe',
  reset_button: 'Changer le mot de passe',
  reset_done_title: 'Votre mot de passe a été changé',
  reset_done: 'Vous pouvez maintenant vous connecter en tant que {email} avec votre nouveau mot de passe.',
  reset_done_hint: 'Vous pouvez fermer cette page et retourner là où vous vouliez vous connecter.',

  verify_title: 'Confirmez votre adresse e-mail',
  verify_lead: 'L’adresse {email} est-elle la vôtre ? Merci de la confirmer.',
  verify_button: 'Confirmer cette adresse',
  verify_done_title: 'Votre adresse e-mail est confirmée',
  verify_done: 'Merci. Nous savons maintenant que l’adresse {email} est la vôtre.',

  consent_title: 'Autoriser l’accès ?',
  consent_lead: '{client} demande l’accès à vos données chez {tenant}.',
  consent_user: 'Vous êtes connecté en tant que {identifier}.',
  consent_scopes: '{client} pourra :',
  consent_accept: 'Autoriser',
  consent_deny: 'Ne pas autoriser',
  scope_openid: 'Savoir que c’est vous',
  scope_profile: 'Voir votre nom et votre photo',
  scope_email: 'Voir votre adresse e-mail',
  scope_phone: 'Voir votre numéro de téléphone',
  scope_address: 'Voir votre adresse postale',
  scope_offline_access: 'Conserver cet accès en votre absence',

  logout_title: 'Se déconnecter ?',
  logout_lead: 'Vous êtes connecté à {tenant} en tant que {identifier}.',
  logout_lead_unnamed: 'Vous êtes connecté à {tenant}.',
  logout_button: 'Se déconnecter',
  logout_stay: 'Rester connecté',
  logout_stayed_title: 'Vous êtes toujours connecté',
  logged_out_title: 'Vous êtes déconnecté',

  handover_form: 'Si rien ne se passe, utilisez le bouton.',
  handover_window: 'Vous pouvez fermer cette fenêtre.',

  identifier_missing: 'Veuillez remplir ce champ.',
  identifier_invalid: 'La saisie contient des caractères qui ne peuvent pas être utilisés ici.',
  password_missing: 'Veuillez saisir votre mot de passe.',
  new_password_missing: 'Veuillez saisir un mot de passe.',
  passwords_differ: 'Les deux mots de passe ne sont pas identiques. Veuillez les saisir à nouveau.',
  email_invalid: 'Cette adresse e-mail n’est pas valide.',
  username_invalid: 'Ce nom d’utilisateur ne peut pas être utilisé.',
  phone_number_invalid:
    'Ce numéro de téléphone n’est pas valide. Écrivez-le avec l’indicatif du pays, par exemple +33.',
  wrong_credentials: 'L’identifiant ou le mot de passe est incorrect.',
  wrong_credentials_email: 'L’adresse e-mail ou le mot de passe est incorrect.',
  password_too_long: 'Le mot de passe est trop long : {count} octets au maximum.',
  identifier_too_long: 'La saisie est trop longue : {count} caractères au maximum.',
  weak_password:
    'Ce mot de passe est trop faible : il ne respecte pas toutes les règles ci-dessous. Veuillez en choisir un autre.',
  user_exists: 'Vous vous êtes déjà inscrit avec ces données.',
  signup_refused:
    'Vous ne pouvez pas vous inscrire avec ces données. Si vous êtes déjà inscrit, connectez-vous avec votre mot de passe actuel.',
  registration_failed:
    'Nous n’avons pas pu terminer votre inscription, et rien n’a été enregistré. Veuillez réessayer dans quelques minutes.',
  signup_disabled_title: 'Les inscriptions sont fermées',
  signup_disabled: 'Les nouveaux utilisateurs ne peuvent pas s’inscrire ici.',
  signup_unavailable:
    'Nous n’avons pas pu vérifier si vous êtes déjà inscrit. Veuillez réessayer dans quelques minutes.',
  legacy_unavailable_title: 'Veuillez réessayer dans quelques minutes',
  legacy_unavailable_password:
    'L’annuaire des utilisateurs est injoignable pour le moment. Votre mot de passe n’a pas été vérifié.',
  legacy_unavailable_reset:
    'L’annuaire des utilisateurs est injoignable pour le moment. Votre mot de passe n’a pas été changé. Veuillez réessayer dans quelques minutes : votre lien reste valable.',
  legacy_unavailable_link:
    'L’annuaire des utilisateurs est injoignable pour le moment. Rien n’a été changé et votre lien reste valable.',
  try_again_minutes: 'Veuillez réessayer dans quelques minutes.',
  overloaded_title: 'Veuillez réessayer dans un instant',
  overloaded: 'Ce serveur est trop occupé pour le moment. Rien n’a été changé.',
  store_unavailable:
    'Nous ne pouvons pas accéder à nos propres données pour le moment. Nous ne savons pas si votre dernière étape a été enregistrée ; veuillez la recommencer.',
  too_many_attempts_title: 'Trop de mots de passe incorrects',
  too_many_attempts:
    'Pour vous protéger, la connexion est fermée pendant un moment après de nombreux mots de passe incorrects à la suite. Le dernier mot de passe n’a pas été vérifié.',
  address_locked_title: 'Trop de tentatives depuis votre réseau',
  address_locked:
    'Trop de connexions ont échoué depuis votre adresse réseau. C’est cette adresse qui est bloquée pendant un moment, pas vous : depuis un autre réseau, vous pouvez vous connecter.',
  too_many_requests_title: 'Trop de tentatives',
  too_many_requests: 'Veuillez attendre un moment, puis réessayer. Rien n’a été changé.',
  user_blocked_title: 'Votre accès est bloqué',
  user_blocked: 'Votre mot de passe est correct, mais vous n’êtes pas autorisé à vous connecter pour le moment.',
  login_denied_title: 'Vous ne pouvez pas vous connecter',
  login_denied: 'Vous n’êtes pas autorisé à vous connecter ici.',
  not_completed: 'Nous n’avons pas pu terminer votre connexion.',
  not_completed_hint:
    'Votre mot de passe est peut-être correct. Veuillez réessayer plus tard ou demander de l’aide en indiquant le code de référence.',
  second_factor_title: 'Un second facteur est nécessaire',
  second_factor:
    'Votre connexion nécessite un second facteur, qui n’est pas encore pris en charge ici. Le mot de passe seul ne suffit pas.',
  change_failed_password: 'Votre mot de passe n’a pas été changé.',
  change_failed_email: 'Votre adresse e-mail n’a pas été confirmée.',
  unavailable_link:
    'C’est impossible pour le moment. Veuillez réessayer dans quelques minutes : votre lien reste valable.',
  login_expired_title: 'Veuillez recommencer',
  login_expired: 'Cette page de connexion a expiré ou a été ouverte depuis un favori. Rien n’a été vérifié.',
  login_expired_hint: 'Retournez dans l’application que vous voulez utiliser et connectez-vous depuis celle-ci.',
  cookies_missing_title: 'Les cookies sont nécessaires',
  cookies_missing: 'Votre navigateur n’a pas envoyé le cookie de cette page. Rien n’a été vérifié.',
  cookies_missing_hint:
    'Autorisez les cookies pour ce site, puis retournez dans l’application et connectez-vous à nouveau.',
  request_invalid_title: 'Ce lien de connexion ne fonctionne pas',
  request_invalid:
    'L’application vous a envoyé ici avec une demande qui ne peut pas être acceptée. Veuillez contacter les responsables de l’application.',
  request_detail: 'Pour les développeurs : {detail}',
  ticket_invalid_title: 'Ce lien ne fonctionne plus',
  ticket_invalid:
    'Il a déjà été utilisé, il a expiré ou il en manque une partie. Un lien pour un nouveau mot de passe cesse aussi de fonctionner quand le mot de passe est changé.',
  ticket_invalid_hint:
    'Demandez un nouveau lien là où vous vouliez vous connecter et utilisez l’e-mail le plus récent.',
  code_invalid:
    'Ce code est faux ou n’est plus valable. Après cinq codes faux, demandez-en un nouveau là où vous vouliez vous connecter.',
  ticket_in_use_title: 'Ce lien est en cours d’utilisation',
  ticket_in_use:
    'Votre clic est arrivé deux fois, ou le lien est ouvert dans une autre fenêtre. Attendez une minute et réessayez.',
  reset_changed_title: 'Ce lien ne convient plus',
  reset_changed:
    'Quelque chose vous concernant a changé dans l’annuaire des utilisateurs depuis l’envoi de ce lien. Par sécurité, votre mot de passe n’a pas été changé.',
  reset_changed_hint: 'Demandez un nouveau lien là où vous vouliez vous connecter.',
  form_from_elsewhere_title: 'Ce formulaire ne vient pas de notre page',
  form_from_elsewhere: 'Ouvrez à nouveau la page et envoyez le formulaire depuis celle-ci. Rien n’a été changé.',
  not_found_title: 'Il n’y a rien ici',
  not_found: 'Cette adresse n’existe pas.',
  not_found_hint:
    'Si vous avez suivi un lien dans un e-mail, ouvrez à nouveau le lien entier : les logiciels de messagerie coupent parfois les liens longs.',
  unknown_host_title: 'Nom d’hôte inconnu',
  unknown_host: 'Un serveur Wherry fonctionne ici, mais aucun de ses locataires n’a ce nom d’hôte.',
  unknown_host_hint:
    'Si vous administrez ce serveur : WHERRY_PUBLIC_URL indique l’hôte du locataire par défaut, et un proxy inverse doit transmettre le nom d’hôte.',
  internal_title: 'Une erreur s’est produite',
  internal:
    'L’erreur vient de nous et a été journalisée pour les responsables de ce serveur. Veuillez réessayer dans quelques minutes.',
  refused_title: 'Nous n’avons pas pu accepter cela',
  refused:
    'Votre navigateur a envoyé quelque chose que cette page n’accepte pas. Rien n’a été changé. Ouvrez le lien à nouveau.',
}
