const email = String.raw`^[^\s@<>(),;:"\[\]\\\u0000-\u001f\u007f]+@[^\s@<>(),;:"\[\]\\\u0000-\u001f\u007f]+$`

/** The forms of texts in requests: the pattern, and what it asks for, as refusals say it. No two of them say the same. */
export const patterns = {
  // Further rules are left to delivery.
  email: {
    pattern: email,
    meaning: 'An e-mail address has one @ and no spaces: ada@example.com',
  },
  email_or_empty: {
    pattern: `^$|${email}`,
    meaning: 'An e-mail address has one @ and no spaces: ada@example.com; leave it empty for none',
  },
  phone_number: {
    pattern: String.raw`^\+[0-9]{1,15}$`,
    meaning: 'A phone number begins with + and the country code, and has digits only: +4930123456',
  },
  sender: {
    // Linear in the length: a text that is too long is matched, too.
    pattern: String.raw`^(?:[^\r\n<>@]{0,200}<)?[^\s<>@]+@[^\s<>@]+>?$`,
    meaning: 'An e-mail address, or a name and an address: Acme <mail@acme.example>',
  },
  email_domain: { pattern: String.raw`^[^\s@/:]+$`, meaning: 'A domain without @, such as example.com' },
  http_url: {
    pattern: String.raw`^https?://[^\s]+$`,
    meaning: 'An address begins with http:// or https://, and has no spaces: https://example.com/',
  },
  // IPv6 in brackets.
  host_port: {
    pattern: String.raw`^(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}$`,
    meaning: 'A host and a port: db.example.com:5432, 127.0.0.1:5432 or [::1]:5432',
  },
  mail_host: {
    pattern: '^[A-Za-z0-9.-]{1,253}$|^[0-9A-Fa-f:.]{2,45}$',
    meaning: 'A host without a port, or an IP address: smtp.example.com',
  },
  mail_region: { pattern: '^[a-z0-9-]{2,30}$', meaning: 'Small letters, digits and hyphens: eu-central-1' },
  ip_address: { pattern: '^[0-9a-fA-F:.%]{2,64}$', meaning: 'An IPv4 or IPv6 address' },
  name: { pattern: '^[^<>]+$', meaning: 'A name without < and >' },
  not_blank: { pattern: String.raw`\S`, meaning: 'At least one character that is no space' },
  no_spaces: { pattern: String.raw`^\S+$`, meaning: 'No spaces' },
  no_spaces_around: {
    pattern: String.raw`^\S(.*\S)?$`,
    meaning: 'One line, without spaces at the beginning and the end',
  },
  one_line: { pattern: String.raw`^[^\u0000-\u001f\u007f]+$`, meaning: 'Plain text in one line' },
  client_secret: {
    pattern: String.raw`^[\x21-\x7e]+$`,
    meaning: 'Letters without accents, digits and punctuation, without spaces',
  },
  header_name: {
    pattern: '^[A-Za-z0-9-]{1,100}$',
    meaning: 'The name of a header: up to 100 letters, digits and hyphens',
  },
  header_value: {
    pattern: String.raw`^[\x21-\x7e][\x20-\x7e]*$`,
    meaning: 'Letters without accents, digits, punctuation and spaces, with no space at the beginning',
  },
  colour: {
    pattern: '^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$',
    meaning: 'A colour: # and 3 or 6 hexadecimal digits, such as #0059d6',
  },
  connection_name: {
    pattern: '^[a-zA-Z0-9](-[a-zA-Z0-9]|[a-zA-Z0-9])*$',
    meaning: 'Letters and digits, with single hyphens between them',
  },
  id_namespace: { pattern: '^[A-Za-z0-9_-]{1,64}$', meaning: 'Up to 64 letters, digits, hyphens and underscores' },
  key_id: { pattern: '^[0-9a-zA-Z_-]{10,64}$', meaning: '10 to 64 letters, digits, hyphens and underscores' },
  bare_user_id: {
    pattern: String.raw`^(?!auth0\|$)[^\s\u0000-\u001f\u007f]+$`,
    meaning: 'An id without spaces, and not auth0| alone',
  },
  secret_name: {
    pattern: String.raw`^[A-Za-z_$][\w$]*$`,
    meaning: 'A name in JavaScript: letters, digits, _ and $, not beginning with a digit',
  },
  rule_name: {
    pattern: String.raw`^[a-zA-Z0-9]([ \-a-zA-Z0-9]*[a-zA-Z0-9])?$`,
    meaning: 'Letters, digits, spaces and hyphens, with a letter or a digit at the beginning and at the end',
  },
  rules_config_key: { pattern: String.raw`^[A-Za-z0-9_\-@*+:]*$`, meaning: 'Letters, digits and _ - @ * + :' },
  webhook_secret: {
    pattern: '^whsec_[A-Za-z0-9+/]{32,}={0,2}$',
    meaning: 'whsec_ and a key of at least 24 bytes in base64',
  },
  tenant_name: {
    pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
    meaning: 'Small letters, digits and hyphens, with no hyphen at the beginning and at the end',
  },
  tenant_domain: {
    pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$',
    meaning: "A host in small letters, with a port where it is not the scheme's own: login.example.com",
  },
  prompt: { pattern: '^[a-z0-9-]+$', meaning: 'The name of a prompt: small letters, digits and hyphens' },
  language: { pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$', meaning: 'A language tag, such as en or pt-BR' },
  log_sort: { pattern: '^date:-?1$', meaning: 'date:1 or date:-1' },
  user_sort: {
    pattern: '^[A-Za-z_.]{1,100}:-?1$',
    meaning: 'A property and a direction: created_at:1 or created_at:-1',
  },
  day: { pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', meaning: 'A day, such as 2026-01-31' },
  day_without_hyphens: { pattern: '^[0-9]{8}$', meaning: 'A day, such as 20260131' },
} as const satisfies Record<string, { pattern: string; meaning: string }>

/** The name of a pattern. */
export type PatternName = keyof typeof patterns

const meanings = new Map<string, string>(Object.values(patterns).map(({ pattern, meaning }) => [pattern, meaning]))

/** What a pattern asks for; undefined for one that is not in the list. */
export const meaningOfPattern = (pattern: string): string | undefined => meanings.get(pattern)
