const checked_columns = { EMAIL_COLUMN: emailForm, PASSWORD_COLUMN: hashForm }

// The forms of values and their counts, never a value.
function formsOf(rows) {
  return Object.fromEntries(
    Object.entries(checked_columns).map(([key, formOf]) => [key, countForms(rows, configuration[key], formOf)]),
  )
}

function countForms(rows, column, formOf) {
  const counts = {}
  for (const row of rows) {
    const value = row[column]
    const text = Buffer.isBuffer(value) ? `bytes of ${value.length}` : String(value ?? '').trim()
    const form = text === '' ? 'empty' : Buffer.isBuffer(value) ? text : formOf(text)
    counts[form] = (counts[form] || 0) + 1
  }
  return counts
}

function emailForm(text) {
  return /^[^\s@]+@[^\s@]+$/.test(text) ? 'address' : 'no address'
}

function hashForm(text) {
  if (/^\$2[abxy]\$/.test(text)) return text.length < 60 ? 'bcrypt, cut off' : 'bcrypt'
  if (text.startsWith('$argon2')) return 'argon2'
  if (/^pbkdf2_|^\$pbkdf2/.test(text)) return 'pbkdf2'
  if (/^\$[156PSH]\$/.test(text)) return 'crypt'
  if (/^\{[\w-]+\}/.test(text)) return 'LDAP'
  if (/^[0-9a-f]+$/i.test(text)) return `hex of ${text.length / 2} bytes`
  if (/^[A-Za-z0-9+/]+=*$/.test(text) && text.length >= 20)
    return `base64 of ${Math.floor(text.replace(/=+$/, '').length * 0.75)} bytes`
  return 'another form'
}
