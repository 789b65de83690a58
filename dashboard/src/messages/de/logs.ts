import { number, plural } from '../plural'
import { translation } from '../translation'
import { log_types } from './log-types'
import { outcomes } from './outcomes'

const count = (value: number): string => number('de', value)

export const logs = translation<'logs'>()({
  title: 'Protokoll',
  subtitle: 'Jede Anmeldung, jede fehlgeschlagene Anmeldung, jeder Umzug und jede Änderung, das Neueste zuerst.',
  searchLabel: 'Nach Benutzer, Anwendung, Verbindung, Adresse, Id oder Referenzcode suchen',
  types: log_types,
  outcomes,
  type: 'Ereignis',
  outcome: 'Ergebnis mit dem Altsystem',
  period: 'Zeit',
  any: 'Beliebig',
  periods: {
    hour: 'Letzte Stunde',
    day: 'Letzte 24 Stunden',
    week: 'Letzte 7 Tage',
    month: 'Letzte 30 Tage',
    between: 'Zwischen zwei Zeitpunkten',
  },
  from: 'Von',
  to: 'Bis',
  exact: { user_id: 'Benutzer', connection_id: 'Verbindung', client_id: 'Anwendung' },
  removeFilter: (name, value) => `Filter ${name} ${value} entfernen`,
  live: 'Neue Ereignisse sofort zeigen',
  waiting: (value, is_more) =>
    is_more
      ? `Angehalten: ${count(value)} oder mehr neue Ereignisse`
      : plural('de', value, {
          one: 'Angehalten: 1 neues Ereignis',
          other: `Angehalten: ${count(value)} neue Ereignisse`,
        }),
  showNew: 'Anzeigen',
  columns: {
    event: 'Ereignis',
    user: 'Benutzer',
    connection: 'Verbindung',
    application: 'Anwendung',
    time: 'Zeit',
  },
  failed: 'fehlgeschlagen',
  succeeded: 'erfolgt',
  empty: 'Noch keine Ereignisse',
  emptyHint:
    'Ereignisse erscheinen hier, wenn Benutzer sich anmelden, dabei scheitern, sich registrieren oder umziehen, und wenn ein Administrator etwas ändert.',
  noMatch: 'Kein Ereignis passt',
  noMatchHint:
    'Die Suche findet den Anfang von Namen und E-Mail-Adressen, und ganze Ids, Adressen und Referenzcodes. Alte Ereignisse werden nach den Tagen gelöscht, die der Tarif des Mandanten vorsieht.',
  facts: 'Ereignis',
  description: 'Beschreibung',
  meaning: 'Bedeutung',
  outcomeOf: 'Ergebnis',
  reference: 'Referenzcode',
  ip: 'Adresse',
  hostname: 'Host',
  userAgent: 'Browser oder Programm',
  audience: 'API',
  scope: 'Scopes',
  id: 'Protokoll-Id',
  allOf: {
    user_id: 'Alle Ereignisse dieses Benutzers',
    connection_id: 'Alle Ereignisse dieser Verbindung',
    client_id: 'Alle Ereignisse dieser Anwendung',
  },
  related: 'Verwandte Ereignisse',
  details: 'Einzelheiten',
  scriptLines: 'Was die Skripte geschrieben haben',
  ruleLines: 'Was die Regeln geschrieben haben',
  noScriptLines: 'Die Skripte haben nichts geschrieben, oder ihre Zeilen wurden inzwischen gelöscht.',
  lineColumns: { time: 'Zeit', script: 'Skript', level: 'Stufe', text: 'Text' },
  moreLines: (value) => `Gezeigt werden die neuesten ${count(value)} Zeilen.`,
})
