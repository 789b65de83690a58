/** What a column of a users table is for. */
export type Role =
  | 'id'
  | 'email'
  | 'username'
  | 'phone'
  | 'password'
  | 'salt'
  | 'blocked'
  | 'active'
  | 'email_verified'
  | 'name'
  | 'given_name'
  | 'family_name'
  | 'nickname'
  | 'picture'
  | 'last_login'
  | 'created_at'
  | 'updated_at'
  | 'status'

// Names in English, German, Spanish, French, Italian, Portuguese and Dutch; words are separated by `_`, diacritics left out.
const names: Record<Role, string> = {
  id: 'id uid uuid guid oid pk nr no num number nummer numero key identifier identificador codigo cod',
  email:
    'email e_mail mail email_address e_mail_address mail_address email_addr emailaddress mailaddress email_adresse e_mail_adresse mail_adresse emailadresse mailadresse correo correo_electronico courriel adresse_email adresse_mail adresse_e_mail posta posta_elettronica primary_email login_email email_primary',
  username:
    'username user_name login login_name loginname user_login userlogin logon logon_name handle screen_name account_name accountname benutzername benutzer anmeldename nutzername nutzer usuario nombre_usuario nombre_de_usuario utilisateur nom_utilisateur nom_d_utilisateur identifiant pseudo utente nome_utente nome_usuario gebruikersnaam gebruiker nick_name nick nickname',
  phone:
    'phone phone_number phonenumber phone_no phone1 mobile mobile_phone mobile_number mobilephone mobile_no cell cell_phone cellphone tel telephone telefon telefonnummer telefon_nr handy handynummer mobil mobilnummer telefono movil celular portable telefone telefoon msisdn',
  password:
    'password passwd pass pwd pw passcode password_hash passwordhash passwd_hash pass_hash passhash pwd_hash pw_hash hash hashed_password password_hashed encrypted_password crypted_password password_digest password_crypt password_enc enc_password kennwort kennwort_hash passwort passwort_hash contrasena contrasenia contrasena_hash clave clave_hash clave_acceso mot_de_passe motdepasse mdp senha senha_hash parola parola_hash wachtwoord user_pass userpass user_password secret',
  salt: 'salt password_salt passwordsalt pass_salt pwd_salt pw_salt hash_salt salz kennwort_salt passwort_salt sal sel',
  blocked:
    'blocked is_blocked isblocked block blocked_at banned is_banned banned_at ban locked is_locked islocked locked_out is_locked_out islockedout locked_at disabled is_disabled disabled_at deleted is_deleted deleted_at deleted_on suspended is_suspended suspended_at inactive is_inactive archived archived_at frozen gesperrt ist_gesperrt gesperrt_am sperre deaktiviert geloescht geloscht bloqueado esta_bloqueado bloqueada eliminado borrado inactivo bloque bloquee supprime desactive bloccato bloqueado_em geblokkeerd',
  active:
    'active is_active isactive enabled is_enabled isenabled approved is_approved isapproved valid is_valid aktiv ist_aktiv aktiviert freigegeben freigeschaltet activo esta_activo habilitado activa actif est_actif attivo ativo actief',
  email_verified:
    'email_verified email_verified_at is_email_verified emailverified email_confirmed email_confirmed_at emailconfirmed is_email_confirmed mail_verified mail_confirmed email_valid verified is_verified verified_at confirmed is_confirmed isconfirmed confirmed_at validated is_validated validated_at activated activated_at bestaetigt bestatigt email_bestaetigt email_bestatigt verifiziert verificado correo_verificado email_verificado confirmado verifie email_verifie verificato',
  name: 'name full_name fullname display_name displayname real_name realname anzeigename nombre nombre_completo nom nom_complet complete_name nome nome_completo naam',
  given_name: 'first_name firstname given_name givenname forename fname vorname nombres primer_nombre prenom voornaam',
  family_name:
    'last_name lastname family_name familyname surname lname nachname familienname zuname apellido apellidos nom_famille nom_de_famille cognome sobrenome achternaam',
  nickname: 'nickname nick_name nick alias',
  picture: 'picture avatar avatar_url avatarurl photo photo_url image image_url profile_image bild foto imagen',
  last_login:
    'last_login last_login_at last_login_date lastlogin lastlogindate last_seen last_seen_at last_sign_in_at current_sign_in_at last_access last_visit lastvisit lastvisitdate last_activity last_logon letzter_login letzte_anmeldung ultimo_acceso ultimo_login derniere_connexion ultimo_accesso',
  created_at:
    'created created_at created_on createdat creation_date create_date createdate date_created date_joined registered registered_at registered_on registration_date reg_date regdate registerdate joined joined_at join_date joindate signup_date inserted_at insert_date erstellt erstellt_am angelegt angelegt_am registriert_am creado creado_en fecha_creacion fecha_registro fecha_alta cree_le date_creation date_inscription creato criado_em',
  updated_at:
    'updated updated_at updated_on updatedat modified modified_at modified_on last_modified date_modified changed changed_at geaendert geaendert_am geandert_am actualizado modificado fecha_modificacion modifie_le date_modification',
  status: 'status state estado statut zustand user_status account_status',
}

// Words for a user, which come before or after what a column is for, and abbreviations of types.
const entities =
  'user users usr u member account acct acc customer cust client person auth kunde kunden kd benutzer nutzer mitglied usuario cliente utilisateur membre cli utente fld f col c str txt vc s login'.split(
    ' ',
  )

const by_name = new Map<string, Role[]>()
for (const [role, list] of Object.entries(names) as [Role, string][]) {
  for (const name of list.split(' ')) by_name.set(name, [...(by_name.get(name) ?? []), role])
}

/** A name in small letters, its words separated by `_`, without diacritics. */
export function plainName(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '')
}

/** The roles that a column may have by its name, with 0 to 60 points. `table` is the table's bare name, whose words count as words for a user. */
export function rolesByName(column: string, table: string): Map<Role, number> {
  const found = new Map<Role, number>()
  const add = (name: string, points: number): void => {
    for (const role of by_name.get(name) ?? []) found.set(role, Math.max(points, found.get(role) ?? 0))
  }
  const plain = plainName(column)
  add(plain, 60)
  add(plain.replaceAll('_', ''), 58)
  const of_table = plainName(table).split('_')
  const known = new Set([...entities, ...of_table, ...of_table.map((word) => word.replace(/(es|s|n|en)$/, ''))])
  const words = plain.split('_')
  if (words.length > 1 && known.has(words[0] ?? '')) add(words.slice(1).join('_'), 52)
  if (words.length > 1 && known.has(words.at(-1) ?? '')) add(words.slice(0, -1).join('_'), 50)
  return found
}

const users_names =
  /^(app_|auth_|core_|t_|tbl_?|tb_|sys_|web_|site_|shop_)?(user|member|account|customer|client|person|people|subscriber|login|kunde|benutzer|nutzer|mitglied|anwender|usuario|cliente|socio|miembro|utilisateur|membre|utente|gebruiker|identit)(s|e?n|es|er|y|ies|e)?(_?(table|tbl|data|account|daten|konten|konto|list))?s?$/
const left_over_names =
  /(^|_)(old|alt|bak|backup|copy|kopie|tmp|temp|archive|archiv|log|logs|history|hist|audit|session|sessions|token|tokens|role|roles|group|groups|meta|import|export|test|deleted)(_|\d*$)/

/** The points of a table by its name: 40 for a usual name of a users table, less than 0 for that of a copy or a log. */
export function pointsOfTableName(bare_name: string): number {
  const plain = plainName(bare_name)
  if (left_over_names.test(plain)) return -30
  if (users_names.test(plain)) return 40
  return /user|member|account|customer|kunde|benutzer|usuario|cliente|utilisateur/.test(plain) ? 20 : 0
}

const second_factor_names =
  /(^|_)(t?otp|hotp|2fa|mfa|two_?factor|2_?factor|tfa|second_factor|authenticator|google_auth(enticator)?|zwei_?faktor|dos_factores|backup_codes|recovery_codes)(_|$)/

/** Whether a column or a table is for second factors, by its name. */
export function isForSecondFactor(name: string): boolean {
  const plain = plainName(name)
  return second_factor_names.test(plain) || second_factor_names.test(plain.replaceAll('_', ''))
}
