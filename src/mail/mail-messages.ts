import type { Language, Message } from '../base/message.ts'

const en = {
  reset_subject: 'Reset your password for {tenant}',
  reset_title: 'Choose a new password',
  reset_preview: 'Choose a new password. The link works once, for {lifetime}.',
  reset_lead:
    'We received a request to reset the password of {email} at {tenant}. If you made it, open this link to choose a new one:',
  reset_ignore: 'If you did not, ignore this message: your password stays as it is.',
  verification_subject: 'Confirm your e-mail address for {tenant}',
  verification_title: 'Confirm your e-mail address',
  verification_preview: 'Confirm that {email} is your address.',
  verification_lead: '{tenant} would like to know that {email} is your address. Open this link to confirm it:',
  verification_button: 'Confirm this address',
  verification_ignore: 'If you do not know what this is about, ignore this message: nothing will be confirmed.',
  invitation_subject: 'You are invited to be an admin of {tenant}',
  invitation_title: 'Become an admin of {tenant}',
  invitation_preview: '{email} is invited to be an admin of {tenant}.',
  invitation_lead: 'An owner of {tenant} invites {email} to be an admin. Open this link to accept:',
  invitation_button: 'Accept the invitation',
  invitation_ignore: 'If you do not know what this is about, ignore this message: nothing will change.',
  code_text:
    '{code} is your code to choose a new password for {tenant}. It is valid for {lifetime}. Enter it at {link}, and do not share it.',
  once: 'The link works once, for {lifetime}.',
  copy: 'If the button does not work, copy this address into your browser:',
  sent_to: 'This message was sent to {email} by {tenant}.',
  questions: 'Questions? Write to {support_email}.',
  day: { one: '{count} day', other: '{count} days' },
  hour: { one: '{count} hour', other: '{count} hours' },
  minute: { one: '{count} minute', other: '{count} minutes' },
} as const satisfies Record<string, Message>

/** The key of a text of mails. */
export type MailMessageKey = keyof typeof en

type Catalogue = Readonly<Record<MailMessageKey, Message>>

const es: Catalogue = {
  reset_subject: 'Restablezca su contraseña de {tenant}',
  reset_title: 'Elija una contraseña nueva',
  reset_preview: 'Elija una contraseña nueva. El enlace funciona una vez, durante {lifetime}.',
  reset_lead:
    'Hemos recibido una petición para restablecer la contraseña de {email} en {tenant}. Si la hizo usted, abra este enlace para elegir una nueva:',
  reset_ignore: 'Si no la hizo usted, no haga caso de este mensaje: su contraseña sigue siendo la misma.',
  verification_subject: 'Confirme su correo electrónico para {tenant}',
  verification_title: 'Confirme su correo electrónico',
  verification_preview: 'Confirme que {email} es su dirección.',
  verification_lead: '{tenant} quiere saber si {email} es su dirección. Abra este enlace para confirmarlo:',
  verification_button: 'Confirmar esta dirección',
  verification_ignore: 'Si no sabe de qué se trata, no haga caso de este mensaje: no se confirmará nada.',
  invitation_subject: 'Invitación para administrar {tenant}',
  invitation_title: 'Administre {tenant}',
  invitation_preview: '{email} recibe una invitación para administrar {tenant}.',
  invitation_lead: 'Un propietario de {tenant} invita a {email} a administrarlo. Abra este enlace para aceptar:',
  invitation_button: 'Aceptar la invitación',
  invitation_ignore: 'Si no sabe de qué se trata, no haga caso de este mensaje: no cambiará nada.',
  code_text:
    '{code} es su código para elegir una contraseña nueva de {tenant}. Es válido durante {lifetime}. Escríbalo en {link} y no se lo dé a nadie.',
  once: 'El enlace funciona una vez, durante {lifetime}.',
  copy: 'Si el botón no funciona, copie esta dirección en su navegador:',
  sent_to: '{tenant} ha enviado este mensaje a {email}.',
  questions: '¿Tiene preguntas? Escriba a {support_email}.',
  day: { one: '{count} día', other: '{count} días' },
  hour: { one: '{count} hora', other: '{count} horas' },
  minute: { one: '{count} minuto', other: '{count} minutos' },
}

const de: Catalogue = {
  reset_subject: 'Ihr Passwort für {tenant} zurücksetzen',
  reset_title: 'Neues Passwort wählen',
  reset_preview: 'Wählen Sie ein neues Passwort. Der Link gilt {lifetime} und funktioniert einmal.',
  reset_lead:
    'Wir haben eine Anfrage erhalten, das Passwort von {email} bei {tenant} zurückzusetzen. Wenn sie von Ihnen kam, öffnen Sie diesen Link, um ein neues zu wählen:',
  reset_ignore: 'Wenn nicht, ignorieren Sie diese Nachricht: Ihr Passwort bleibt, wie es ist.',
  verification_subject: 'Ihre E-Mail-Adresse für {tenant} bestätigen',
  verification_title: 'E-Mail-Adresse bestätigen',
  verification_preview: 'Bestätigen Sie, dass {email} Ihre Adresse ist.',
  verification_lead:
    '{tenant} möchte wissen, ob {email} Ihre Adresse ist. Öffnen Sie diesen Link, um das zu bestätigen:',
  verification_button: 'Diese Adresse bestätigen',
  verification_ignore:
    'Wenn Sie nicht wissen, worum es geht, ignorieren Sie diese Nachricht: Es wird nichts bestätigt.',
  invitation_subject: 'Einladung zur Administration von {tenant}',
  invitation_title: '{tenant} administrieren',
  invitation_preview: '{email} ist eingeladen, {tenant} zu administrieren.',
  invitation_lead:
    'Ein Eigentümer von {tenant} lädt {email} ein, als Administrator mitzuarbeiten. Öffnen Sie diesen Link, um anzunehmen:',
  invitation_button: 'Einladung annehmen',
  invitation_ignore: 'Wenn Sie nicht wissen, worum es geht, ignorieren Sie diese Nachricht: Es ändert sich nichts.',
  code_text:
    '{code} ist Ihr Code, um ein neues Passwort für {tenant} zu wählen. Er gilt {lifetime}. Geben Sie ihn auf {link} ein und sonst niemandem.',
  once: 'Der Link gilt {lifetime} und funktioniert einmal.',
  copy: 'Wenn die Schaltfläche nicht funktioniert, kopieren Sie diese Adresse in Ihren Browser:',
  sent_to: 'Diese Nachricht wurde von {tenant} an {email} gesendet.',
  questions: 'Fragen? Schreiben Sie an {support_email}.',
  day: { one: '{count} Tag', other: '{count} Tage' },
  hour: { one: '{count} Stunde', other: '{count} Stunden' },
  minute: { one: '{count} Minute', other: '{count} Minuten' },
}

const fr: Catalogue = {
  reset_subject: 'Réinitialiser votre mot de passe pour {tenant}',
  reset_title: 'Choisissez un nouveau mot de passe',
  reset_preview: 'Choisissez un nouveau mot de passe. Le lien fonctionne une fois, pendant {lifetime}.',
  reset_lead:
    'Nous avons reçu une demande de réinitialisation du mot de passe de {email} chez {tenant}. Si elle vient de vous, ouvrez ce lien pour en choisir un nouveau :',
  reset_ignore: 'Sinon, ignorez ce message : votre mot de passe reste le même.',
  verification_subject: 'Confirmez votre adresse e-mail pour {tenant}',
  verification_title: 'Confirmez votre adresse e-mail',
  verification_preview: 'Confirmez que l’adresse {email} est la vôtre.',
  verification_lead: '{tenant} souhaite savoir si l’adresse {email} est la vôtre. Ouvrez ce lien pour la confirmer :',
  verification_button: 'Confirmer cette adresse',
  verification_ignore: 'Si vous ne savez pas de quoi il s’agit, ignorez ce message : rien ne sera confirmé.',
  invitation_subject: 'Invitation à administrer {tenant}',
  invitation_title: 'Administrez {tenant}',
  invitation_preview: '{email} est invité à administrer {tenant}.',
  invitation_lead: 'Un propriétaire de {tenant} invite {email} à l’administrer. Ouvrez ce lien pour accepter :',
  invitation_button: 'Accepter l’invitation',
  invitation_ignore: 'Si vous ne savez pas de quoi il s’agit, ignorez ce message : rien ne changera.',
  code_text:
    '{code} est votre code pour choisir un nouveau mot de passe chez {tenant}. Il est valable {lifetime}. Saisissez-le sur {link} et ne le donnez à personne.',
  once: 'Le lien fonctionne une fois, pendant {lifetime}.',
  copy: 'Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :',
  sent_to: 'Ce message a été envoyé à {email} par {tenant}.',
  questions: 'Des questions ? Écrivez à {support_email}.',
  day: { one: '{count} jour', other: '{count} jours' },
  hour: { one: '{count} heure', other: '{count} heures' },
  minute: { one: '{count} minute', other: '{count} minutes' },
}

const ja: Catalogue = {
  reset_subject: '{tenant} のパスワードの再設定',
  reset_title: '新しいパスワードの設定',
  reset_preview: '新しいパスワードを設定してください。リンクは 1 回のみ、{lifetime}有効です。',
  reset_lead:
    '{tenant} で {email} のパスワードの再設定が求められました。ご本人による場合は、次のリンクを開いて新しいパスワードを設定してください。',
  reset_ignore: 'お心当たりがない場合は、このメッセージを無視してください。パスワードは変更されません。',
  verification_subject: '{tenant} のメールアドレスの確認',
  verification_title: 'メールアドレスの確認',
  verification_preview: '{email} がご自身のアドレスであることを確認してください。',
  verification_lead:
    '{tenant} では、{email} がご自身のアドレスであることを確認しています。次のリンクを開いて確認してください。',
  verification_button: 'このアドレスを確認',
  verification_ignore: 'お心当たりがない場合は、このメッセージを無視してください。確認は行われません。',
  invitation_subject: '{tenant} の管理者への招待',
  invitation_title: '{tenant} の管理者になる',
  invitation_preview: '{email} は {tenant} の管理者に招待されています。',
  invitation_lead: '{tenant} のオーナーが {email} を管理者に招待しています。承諾するには、次のリンクを開いてください。',
  invitation_button: '招待を承諾する',
  invitation_ignore: 'お心当たりがない場合は、このメッセージを無視してください。何も変更されません。',
  code_text:
    '{code} は {tenant} の新しいパスワードを設定するためのコードです。{lifetime}有効です。{link} で入力し、誰にも教えないでください。',
  once: 'リンクは 1 回のみ、{lifetime}有効です。',
  copy: 'ボタンが機能しない場合は、次のアドレスをブラウザーにコピーしてください。',
  sent_to: 'このメッセージは {tenant} から {email} に送信されました。',
  questions: 'ご不明な点は {support_email} までお問い合わせください。',
  day: { one: '{count} 日間', other: '{count} 日間' },
  hour: { one: '{count} 時間', other: '{count} 時間' },
  minute: { one: '{count} 分間', other: '{count} 分間' },
}

/** The texts of mails in every language. */
export const mail_messages: Readonly<Record<Language, Catalogue>> = { en, es, de, fr, ja }
