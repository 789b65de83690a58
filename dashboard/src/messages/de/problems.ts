import { problem_names } from 'virtual:contract'
import type { ManagementProblem } from '../../../../src/contract/management-problems.ts'

const texts: Record<ManagementProblem, string> = {
  missing_authentication: 'Die Anmeldung fehlt.',
  invalid_token: 'Das Token ist ungültig.',
  expired_token: 'Das Token ist abgelaufen.',
  invalid_signature: 'Die Signatur des Tokens ist ungültig.',
  bad_audience: 'Das Token ist für eine andere API.',
  insufficient_scope: 'Ihre Rolle erlaubt das nicht.',
  invalid_body: 'Eine Angabe ist ungültig.',
  invalid_query_string: 'Eine Angabe der Suche oder eines Filters ist ungültig.',
  invalid_uri: 'Die Adresse enthält eine ungültige Angabe.',
  malformed_body: 'Die Anfrage konnte nicht gelesen werden.',
  body_too_large: 'Die Anfrage ist zu groß.',
  too_many_parameters: 'Die Anfrage hat zu viele Parameter: höchstens 100 sind möglich.',
  file_too_large: 'Die Datei ist zu groß: höchstens 4 GiB sind möglich.',
  unsupported_media_type: 'Das Format der Anfrage wird nicht angenommen.',
  not_found: 'Unter dieser Adresse gibt es nichts.',
  unknown_host: 'Kein Mandant antwortet unter diesem Host.',
  too_many_requests: 'Es waren zu viele Anfragen. Versuchen Sie es gleich noch einmal.',
  internal: 'Ein unerwarteter Fehler ist aufgetreten. Er steht im Protokoll des Servers.',
  inexistent_connection: 'Die Verbindung gibt es nicht, oder nicht mehr.',
  connection_unusable: 'Die Verbindung ist nicht verwendbar: Ihr Altsystem kann gerade nicht gefragt werden.',
  inexistent_script_version: 'Diese Version des Skripts gibt es nicht.',
  inexistent_client: 'Die Anwendung gibt es nicht, oder nicht mehr.',
  inexistent_client_credential: 'Den Schlüssel gibt es nicht, oder nicht mehr.',
  client_credential_exists: 'Die Anwendung hat schon einen Schlüssel mit dieser kid.',
  too_many_client_credentials: 'Die Anwendung hat 10 Schlüssel, mehr sind nicht möglich: Löschen Sie zuerst einen.',
  inexistent_client_grant: 'Diese Berechtigung gibt es nicht, oder nicht mehr.',
  inexistent_resource_server: 'Die API gibt es nicht, oder nicht mehr.',
  inexistent_job: 'Den Job gibt es nicht, oder nicht mehr.',
  too_many_exports: 'Fünf Exporte von Benutzern sind noch nicht zu Ende. Warten Sie, bis einer von ihnen endet.',
  job_files_full:
    'Die Dateien der Importe und Exporte dieses Mandanten belegen 8 GiB. Warten Sie, bis ein Import endet, oder eine Stunde, bis Exporte gelöscht werden.',
  job_without_file: 'Der Job hat keine Datei: Er ist nicht zu Ende, ist kein Export, oder die Datei ist gelöscht.',
  too_many_imports: 'Zwei Importe von Benutzern laufen schon. Warten Sie, bis einer von ihnen endet.',
  inexistent_log: 'Das Ereignis gibt es nicht, oder nicht mehr.',
  inexistent_log_stream: 'Den Log-Stream gibt es nicht, oder nicht mehr.',
  too_many_log_streams: 'Der Mandant hat 20 Log-Streams, mehr sind nicht möglich: Löschen Sie zuerst einen.',
  inexistent_email_provider: 'Ein eigener Maildienst ist nicht eingestellt.',
  email_provider_exists: 'Ein Maildienst ist schon eingestellt: Ändern Sie ihn, oder entfernen Sie ihn zuerst.',
  inexistent_email_template: 'Die Vorlage gibt es nicht, oder nicht mehr.',
  email_template_exists: 'Die Vorlage gibt es schon.',
  inexistent_signing_key: 'Den Signaturschlüssel gibt es nicht, oder nicht mehr.',
  inexistent_tenant: 'Den Mandanten gibt es nicht, oder nicht mehr.',
  inexistent_message: 'Die Nachricht gibt es nicht, oder nicht mehr.',
  script_changed: 'Das Skript wurde inzwischen von jemand anderem gespeichert: Nichts wurde gespeichert.',
  connection_deleted: 'Die Verbindung wurde inzwischen gelöscht.',
  connection_exists: 'Eine Verbindung mit diesem Namen gibt es schon.',
  realm_taken: 'Eine andere Verbindung hat schon einen dieser Realms.',
  inexistent_rule: 'Die Regel gibt es nicht, oder nicht mehr.',
  rule_exists: 'Eine Regel mit diesem Namen gibt es schon.',
  rule_order_exists: 'Eine Regel an dieser Stelle gibt es schon.',
  rules_changed: 'Inzwischen wurden Regeln erstellt oder gelöscht. Nichts wurde geändert: Laden Sie die Seite neu.',
  inexistent_action: 'Die Aktion gibt es nicht, oder nicht mehr.',
  inexistent_action_version: 'Diese Version der Aktion gibt es nicht.',
  inexistent_execution: 'Diesen Lauf der Aktionen gibt es nicht, oder sein Protokoll ist gelöscht.',
  action_exists: 'Eine Aktion mit diesem Namen gibt es schon.',
  action_bound: 'Die Aktion ist einem Auslöser zugeordnet: Nehmen Sie sie zuerst dort heraus.',
  action_not_deployed: 'Eine Aktion, die nie veröffentlicht wurde, kann keinem Auslöser zugeordnet werden.',
  resource_server_exists: 'Eine API mit dieser Kennung gibt es schon.',
  client_grant_exists: 'Diese Anwendung ist für diese API schon berechtigt.',
  tenant_exists: 'Einen Mandanten mit diesem Namen oder dieser Domain gibt es schon.',
  system_resource_server: 'Die Management API kann nicht geändert werden.',
  plan_required: 'Dafür ist ein höherer Tarif nötig.',
  connection_has_users:
    'Die Verbindung hat Benutzer: „Meine eigene Datenbank verwenden“ kann nicht mehr geändert werden.',
  import_mode_in_use:
    'Auf dieser Verbindung sind Benutzer umgezogen: Ohne den Importmodus würden wieder die Skripte entscheiden, und diese Benutzer wären ausgesperrt. Der Abschluss der Migration beendet ihn.',
  script_context_is_final: 'options.enable_script_context kann nicht wieder ausgeschaltet werden.',
  attributes_not_updatable: 'Diese Angaben eines Benutzers können auf dieser Verbindung nicht geändert werden.',
  operator_only: 'Das darf nur der Betreiber des Servers.',
  global_client: 'Der globale Client steht für alle Anwendungen und kann nicht gelöscht werden.',
  id_namespace_is_final:
    'Der Namensraum der Ids kann nicht mehr geändert werden, sobald die Verbindung Benutzer hat: Dieselben Personen kämen mit anderen Ids noch einmal.',
  change_unavailable:
    'Das Altsystem konnte nicht sagen, ob jemand anders diese Adresse oder diesen Benutzernamen hat. Der Benutzer wurde nicht geändert; versuchen Sie es in einigen Minuten noch einmal.',
  ticket_not_supported: 'Die Verbindung des Benutzers unterstützt das nicht.',
  ticket_unavailable:
    'Das Altsystem konnte nicht sagen, wer diese Adresse hat. Kein Link wurde erstellt; versuchen Sie es in einigen Minuten noch einmal.',
  reserved_identifier: 'Diese Kennung ist vergeben.',
  search_timeout: 'Die Suche dauerte mehr als 10 Sekunden: Grenzen Sie sie ein.',

  inexistent_admin: 'Der Mandant hat diesen Admin nicht, oder nicht mehr.',
  inexistent_invitation: 'Diese Einladung ist nicht offen.',
  admin_exists: 'Diese Adresse hat schon ein Admin des Mandanten.',
  last_owner:
    'Der letzte Inhaber eines Mandanten, der sich anmelden kann, wird nicht gesperrt, gelöscht oder entfernt, und behält seine Rolle.',
  no_mail_server: 'Dieser Server hat keinen Mailserver: Einladungen können nicht per E-Mail gesendet werden.',
  admin_of_other_tenants:
    'Dieser Admin hat auch in einem anderen Mandanten eine Rolle. Nur er selbst kann diese Sitzungen beenden: im Dashboard, durch „Überall abmelden“.',
  too_many_invitations:
    'Der Mandant hat 100 offene Einladungen, mehr sind nicht möglich. Ziehen Sie zuerst eine zurück.',

  finish_in_progress:
    'Die Migration dieser Verbindung wird abgeschlossen: Skripte, Parameter und Modus können sich nicht ändern. Rollen Sie zuerst den Abschluss zurück.',
  finish_not_confirmed: 'Geben Sie zur Bestätigung den Namen der Verbindung ein.',
  finish_step_order:
    'Die Schritte des Abschlusses folgen aufeinander: Dieser ist noch nicht, oder nicht mehr, an der Reihe.',
  finish_step_running: 'Ein Schritt des Abschlusses läuft.',
  finish_numbers_exceeded:
    'Die Beobachtung endete mit höheren Zahlen, als akzeptiert sind: Starten Sie sie noch einmal.',
  finish_disconnected: 'Was vom Altsystem aufbewahrt war, wird oder ist gelöscht: Es gibt kein Zurück.',
  no_finish: 'Die Migration dieser Verbindung wird nicht abgeschlossen.',
  not_a_latecomer: 'Diese Person ist nicht eine, die nicht umgezogen ist.',

  inexistent_migration_record: 'Diese Person gibt es in der Migration nicht, oder nicht mehr.',
  inexistent_legacy_activity: 'Von den Sitzungen dieses Altsystems gibt es noch keine Stichprobe.',
  legacy_activity_running: 'Eine Stichprobe dieses Altsystems läuft. Warten Sie auf ihr Ende, oder brechen Sie sie ab.',
  tail_import_running: 'Ein Restimport dieses Mandanten ist nicht zu Ende: Warten Sie auf sein Ende.',
  malformed_directory_file: 'Die Datei des Verzeichnisses hat nicht ihr Format, oder ist abgeschnitten.',
  inexistent_tombstone: 'Der Benutzer dieser Person wurde nicht gelöscht.',
  inexistent_rehearsal: 'Den Probelauf gibt es nicht, oder nicht mehr.',
  rehearsal_in_progress:
    'Ein Probelauf dieser Verbindung ist nicht zu Ende: Warten Sie auf sein Ende, oder brechen Sie ihn ab.',
  rehearsal_needs_import_mode:
    'Ein Probelauf braucht eine Verbindung, die Benutzer importiert: Die Benutzer dieser Verbindung ziehen nicht um.',
  no_directory: 'Die Verbindung hat kein Verzeichnis: Laden Sie zuerst die Liste der Benutzer des Altsystems.',
  inexistent_decision: 'Über diese Person ist nichts entschieden.',
  decision_refused: 'Diese Entscheidung ist nicht möglich.',
  decision_is_final:
    'Der Benutzer ist umgezogen, oder wurde hier gelöscht: Die Entscheidung kann nicht mehr geändert werden.',
  decisions_need_import_mode:
    'Entscheidungen gibt es auf Verbindungen, die Benutzer importieren: Die Benutzer dieser Verbindung ziehen nicht um.',
  inexistent_directory_load: 'Diesen Ladevorgang gibt es nicht, oder nicht mehr.',
  directory_load_in_progress:
    'Ein Ladevorgang des Verzeichnisses ist nicht zu Ende: Warten Sie, bestätigen Sie ihn, oder brechen Sie ihn ab.',
  directory_missing:
    'Für diese Verbindung ist kein Verzeichnis geladen: Laden Sie zuerst die Liste der Benutzer des Altsystems.',
  directory_load_not_waiting: 'Der Ladevorgang wartet nicht auf eine Bestätigung.',
  directory_load_applied: 'Der Ladevorgang wird angewandt, oder ist zu Ende: Er kann nicht mehr abgebrochen werden.',
  too_many_uploads:
    'Zwei Dateien von Verzeichnissen werden gerade hochgeladen: Versuchen Sie es, wenn eine fertig ist.',

  inexistent_user: 'Den Benutzer gibt es nicht, oder nicht mehr.',
  user_exists: 'Den Benutzer gibt es schon.',
  same_identity: 'Die Identität ist die Hauptidentität des Benutzers selbst.',
  main_identity: 'Die Hauptidentität eines Benutzers kann nicht gelöst werden.',
  identity_linked: 'Diese Identität ist schon verknüpft.',
  inexistent_identity: 'Der Benutzer hat diese Identität nicht, oder nicht mehr.',
  inexistent_session: 'Die Sitzung gibt es nicht, oder sie ist zu Ende.',
  inexistent_refresh_token: 'Das Refresh-Token gibt es nicht, oder es ist widerrufen oder abgelaufen.',

  store_unavailable: 'Der Server kann seinen Speicher gerade nicht erreichen. Versuchen Sie es gleich noch einmal.',
  weak_password: 'Das Passwort ist zu schwach.',
  ticket_invalid: 'Dieser Link gilt nicht mehr: Er wurde verwendet, oder er ist abgelaufen.',
  legacy_unavailable: 'Das Altsystem ist gerade nicht erreichbar.',
  overloaded: 'Der Server ist ausgelastet. Versuchen Sie es gleich noch einmal.',
  script_missing: 'Die Benutzer dieser Verbindung liegen anderswo, und sie hat kein Skript dafür.',
  legacy_change_unavailable:
    'Das Altsystem hat die Änderung nicht bestätigt. Versuchen Sie es in einigen Minuten noch einmal.',
}

/**
 * The text for a problem, by its name. Where the server's message is not that of the contract it says more, which follows as it is.
 */
export function problemText(code: string, message: string): string {
  const { by_message, by_code } = problem_names
  const named = Object.hasOwn(by_message, message) ? by_message[message] : undefined
  if (named !== undefined) return texts[named]
  const coded = Object.hasOwn(by_code, code) ? by_code[code] : undefined
  return coded === undefined ? message : `${texts[coded]} (${message})`
}
