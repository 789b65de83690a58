import type { PatternName } from '../../../../src/contract/patterns.ts'
import { number } from '../plural'
import { translation } from '../translation'
import { problemText } from './problems'

const count = (value: number): string => number('de', value)
const entries = (value: number): string => (value === 1 ? '1 Eintrag' : `${count(value)} Einträge`)

const patterns: Record<PatternName, string> = {
  email: 'Eine E-Mail-Adresse hat ein @ und keine Leerzeichen: ada@example.com',
  email_or_empty: 'Eine E-Mail-Adresse hat ein @ und keine Leerzeichen: ada@example.com; leer für keine',
  phone_number: 'Eine Telefonnummer beginnt mit + und der Landesvorwahl, und hat nur Ziffern: +4930123456',
  sender: 'Eine E-Mail-Adresse, oder ein Name und eine Adresse: Acme <mail@acme.example>',
  email_domain: 'Eine Domain ohne @, etwa example.com',
  http_url: 'Eine Adresse beginnt mit http:// oder https://, und hat keine Leerzeichen: https://example.com/',
  host_port: 'Ein Host und ein Port: db.example.com:5432, 127.0.0.1:5432 oder [::1]:5432',
  mail_host: 'Ein Host ohne Port, oder eine IP-Adresse: smtp.example.com',
  mail_region: 'Kleinbuchstaben, Ziffern und Bindestriche: eu-central-1',
  ip_address: 'Eine IPv4- oder IPv6-Adresse',
  name: 'Ein Name ohne < und >',
  not_blank: 'Mindestens ein Zeichen, das kein Leerzeichen ist',
  no_spaces: 'Keine Leerzeichen',
  no_spaces_around: 'Eine Zeile, ohne Leerzeichen am Anfang und Ende',
  one_line: 'Reiner Text in einer Zeile',
  client_secret: 'Buchstaben ohne Akzente, Ziffern und Satzzeichen, ohne Leerzeichen',
  header_name: 'Der Name eines Headers: höchstens 100 Buchstaben, Ziffern und Bindestriche',
  header_value: 'Buchstaben ohne Akzente, Ziffern, Satzzeichen und Leerzeichen, ohne Leerzeichen am Anfang',
  colour: 'Eine Farbe: # und 3 oder 6 hexadezimale Ziffern, etwa #0059d6',
  connection_name: 'Buchstaben und Ziffern, mit einzelnen Bindestrichen dazwischen',
  id_namespace: 'Höchstens 64 Buchstaben, Ziffern, Bindestriche und Unterstriche',
  key_id: '10 bis 64 Buchstaben, Ziffern, Bindestriche und Unterstriche',
  bare_user_id: 'Eine Id ohne Leerzeichen, und nicht nur auth0|',
  secret_name: 'Ein Name in JavaScript: Buchstaben, Ziffern, _ und $, ohne Ziffer am Anfang',
  rule_name:
    'Buchstaben, Ziffern, Leerzeichen und Bindestriche, mit einem Buchstaben oder einer Ziffer am Anfang und Ende',
  rules_config_key: 'Buchstaben, Ziffern und _ - @ * + :',
  webhook_secret: 'whsec_ und ein Schlüssel von mindestens 24 Byte in Base64',
  tenant_name: 'Kleinbuchstaben, Ziffern und Bindestriche, ohne Bindestrich am Anfang und Ende',
  tenant_domain: 'Ein Host in Kleinbuchstaben, mit Port, wo er nicht der übliche ist: login.example.com',
  prompt: 'Der Name eines Prompts: Kleinbuchstaben, Ziffern und Bindestriche',
  language: 'Ein Sprachkürzel, etwa en oder pt-BR',
  log_sort: 'date:1 oder date:-1',
  user_sort: 'Ein Feld und eine Richtung: created_at:1 oder created_at:-1',
  day: 'Ein Tag, etwa 2026-01-31',
  day_without_hyphens: 'Ein Tag, etwa 20260131',
}

export const refusals = translation<'refusals'>()({
  pattern: (pattern) => patterns[pattern],
  problem: problemText,
  ofProperty: (property, text) => `${property}: ${text}`,
  tooShort: (limit) => (limit === 1 ? 'Füllen Sie dieses Feld aus' : `Mindestens ${count(limit)} Zeichen`),
  tooLong: (limit) => `Höchstens ${count(limit)} Zeichen`,
  tooFew: (limit) => `Mindestens ${entries(limit)}`,
  tooMany: (limit) => `Höchstens ${entries(limit)}`,
  tooSmall: (limit) => `Mindestens ${count(limit)}`,
  tooLarge: (limit) => `Höchstens ${count(limit)}`,
  weakPassword: (rules) => `Das Passwort ist zu schwach. Es braucht: ${rules}`,
  rules: {
    lengthAtLeast: (limit) => `mindestens ${count(limit)} Zeichen`,
    shouldContain: (_limit, kinds) => kinds,
    containsAtLeast: (limit, kinds) => `Zeichen aus ${count(limit)} Arten (bisher fehlen: ${kinds})`,
    identicalChars: (limit) => `höchstens ${count(limit)} gleiche Zeichen nacheinander`,
  },
  characters: {
    lowerCase: 'Kleinbuchstaben',
    upperCase: 'Großbuchstaben',
    numbers: 'Ziffern',
    specialCharacters: 'Sonderzeichen wie ! oder #',
  },
})
