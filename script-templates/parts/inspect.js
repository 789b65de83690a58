// Inspects a legacy store for the connect assistant: runs the statements of a plan, which only read, and answers names of the schema,
// numbers and forms. Only the step `identifiers` answers values of rows: the server tries a script with them.
function inspect(plan, callback) {
  runPlan(plan).then((found) => callback(null, found), callback)
}

async function runPlan({ steps, statement_ms, end_ms }) {
  const { DATABASE_URL, DATABASE_CA } = configuration
  const end = Date.now() + end_ms
  const store = require('legacy-store').database(DATABASE_URL, { ca: DATABASE_CA })
  async function run(read) {
    const found = {}
    for (const step of steps) {
      found[step.name] = Date.now() + statement_ms > end ? { failed: 'no_time' } : await runStep(read, step)
    }
    return found
  }
  return await store.readOnly(run, { statement_ms })
}

async function runStep(read, step) {
  if (!/^SELECT\b/.test(step.sql)) throw new Error('the plan has a statement that is not SELECT')
  try {
    return { found: await reducers[step.as]((await read(step.sql, step.values ?? [])).rows, step, read) }
  } catch (error) {
    // A message of a database may quote a value of a row; its code does not.
    return { failed: String(error.code || error.number || error.name) }
  }
}

const reducers = {
  names: (rows) => rows.map((row) => Object.values(row).map((value) => (value === null ? null : String(value)))),
  numbers: ([row]) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value ?? 0)])),
  flags: countFlags,
  forms: countForms,
  hashes: detectHashes,
  spellings: countSpellings,
  identifiers: (rows) => rows.map((row) => textOf(Object.values(row)[0])).filter((text) => text !== ''),
}

function textOf(value) {
  if (value instanceof Date) return value.toISOString()
  return (Buffer.isBuffer(value) ? value.toString('utf8') : String(value ?? '')).trim()
}

// Rows are pairs of a value and how many rows have it. `unread`: rows whose value the templates refuse.
function countFlags(rows, { name }) {
  const counts = { set_rows: 0, unset_rows: 0, unread: 0 }
  for (const { value, n } of rows) counts[flagCount(value, name)] += Number(n)
  return counts
}

function flagCount(value, name) {
  try {
    return require('legacy-store').isTrue(value, name) ? 'set_rows' : 'unset_rows'
  } catch {
    return 'unread'
  }
}

function countForms(rows) {
  const columns = new Map()
  for (const row of rows) {
    for (const [column, value] of Object.entries(row)) {
      const forms = columns.get(column) ?? {}
      const form = formOf(value)
      columns.set(column, { ...forms, [form]: (forms[form] ?? 0) + 1 })
    }
  }
  return { rows: rows.length, columns: Object.fromEntries(columns) }
}

function formOf(value) {
  if (value instanceof Date) return 'time'
  if (typeof value === 'boolean') return 'flag'
  if (Buffer.isBuffer(value) && value.length === 1 && value[0] < 2) return 'flag'
  if (Buffer.isBuffer(value) && /[^\x20-\x7e]/.test(value.toString('latin1'))) return 'bytes'
  const text = textOf(value)
  if (text === '') return 'empty'
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return 'address'
  if (isHash(text)) return 'hash'
  if (/^(0|1|[tfynjs]|true|false|yes|no|ja|nein|si|oui|non)$/i.test(text)) return 'flag'
  if (/^\d{4}-\d\d-\d\d([ T]\d\d:\d\d.*)?$/.test(text)) return 'time'
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return 'uuid'
  if (/^\+\d[\d ()./-]{5,20}$|^0\d[\d ()./-]{5,20}$/.test(text)) return 'phone'
  return /^-?\d+(\.\d+)?$/.test(text) ? 'number' : 'text'
}

function isHash(text) {
  if (/^\$[\w-]{1,16}\$|^\{[\w.-]+\}|^(pbkdf2|scrypt|argon2|bcrypt|md5|sha1|sha256)[\w-]*[$:]/.test(text)) return true
  if (/^[0-9a-f]+$/i.test(text)) return [32, 40, 56, 64, 96, 128].includes(text.length)
  return text.length >= 24 && /^[A-Za-z0-9+/]+={0,2}(:[^ ]*)?$/.test(text) && /\d/.test(text) && /[A-Z]/.test(text)
}

// The columns of salt and username are null in some rows.
function storedOf({ hash, salt = null, username = null }) {
  const text = (value) => (Buffer.isBuffer(value) ? value : textOf(value))
  if (salt === null && username === null) return text(hash)
  return {
    hash: text(hash),
    ...(salt === null ? {} : { salt: text(salt) }),
    ...(username === null ? {} : { username: textOf(username) }),
  }
}

// `detect` takes up to 1,000 samples. A hash that begins with `!` or `*` is disabled.
async function detectHashes(rows, { known }) {
  const { detect } = require('legacy-passwords')
  const stored = rows.map(storedOf)
  const textIn = (sample) => (typeof sample === 'string' ? sample : String(sample.hash ?? sample))
  const samples = stored.filter((sample) => !/^\s*$|^\s*[!*]/.test(textIn(sample)))
  const counts = {
    sampled: stored.length,
    unusable: stored.length - samples.length,
    formats: {},
    refused: {},
    unknown: 0,
  }
  let may_be
  for (let at = 0; at < samples.length; at += 1000) {
    const found = await detect(samples.slice(at, at + 1000))
    for (const { format, count } of found.formats) counts.formats[format] = (counts.formats[format] ?? 0) + count
    for (const { code, message, count } of found.refused) {
      const form = `${/^[\w-]{1,40}(?=: )/.exec(message)?.[0] ?? 'a hash'} (${code})`
      counts.refused[form] = (counts.refused[form] ?? 0) + count
    }
    counts.unknown += found.unknown
    if (found.unknown > 0)
      may_be = may_be === undefined ? found.may_be : may_be.filter((name) => found.may_be.includes(name))
  }
  // Hashes without a form of their own are digits in hex or base64.
  const lengths = new Set(
    samples
      .map(textIn)
      .filter((text) => /^[\w+/=-]+$/.test(text))
      .map((text) => text.length),
  )
  const length = lengths.size === 1 ? [...lengths][0] : 0
  if (known === undefined || stored.length !== 1) return { ...counts, may_be: may_be ?? [], length }
  const { recipe } = await detect([], { password: known.password, stored: stored[0] })
  return { ...counts, may_be: may_be ?? [], length, recipe: recipe ?? null }
}

const canonical = (text) =>
  text
    .trim()
    .normalize('NFKC')
    .replace(/[\u3002\uff61]/g, '.')
    .toLowerCase()
const isAscii = (text) => Buffer.byteLength(text) === text.length

// With `lookup` the rows have a character outside of ASCII, so that the database cannot compare them as Wherry does. Rows of ASCII only are found
// by `lookup`, which takes a list of parameters.
async function countSpellings(rows, { limit, lookup, is_address }, read) {
  const groups = new Map()
  const counts = {
    rows: Math.min(rows.length, limit),
    cut: rows.length > limit,
    invalid: 0,
    groups: 0,
    in_groups: 0,
    same_groups: 0,
    in_same_groups: 0,
  }
  for (const row of rows.slice(0, limit)) {
    const raw = Buffer.isBuffer(row.value) ? row.value.toString('utf8') : String(row.value)
    if (is_address && isInvalid(raw.trim())) counts.invalid += 1
    const key = canonical(raw)
    const group = groups.get(key) ?? { raws: new Set(), n: 0 }
    group.raws.add(raw)
    group.n += 1
    groups.set(key, group)
  }
  const others = lookup ? await asciiRows([...groups.keys()].filter(isAscii), lookup, read) : new Map()
  for (const [key, { raws, n }] of groups) {
    const other = others.get(key) ?? 0
    if (n + other < 2) continue
    if (raws.size > 1 || other > 0) {
      // A group of several rows of ASCII was counted by the database.
      counts.groups += other > 1 ? 0 : 1
      counts.in_groups += other > 1 ? n : n + other
    } else {
      counts.same_groups += 1
      counts.in_same_groups += n
    }
  }
  return counts
}

async function asciiRows(keys, lookup, read) {
  const found = new Map()
  for (let at = 0; at < keys.length; at += 200) {
    const part = keys.slice(at, at + 200)
    const { rows } = await read(lookup.replace('{list}', part.map(() => '?').join(', ')), part)
    for (const { value, n } of rows) found.set(textOf(value), Number(n))
  }
  return found
}

// The rule of Wherry for the addresses of profiles.
function isInvalid(email) {
  const at = email.lastIndexOf('@')
  if (email.length > 254 || at < 1 || at > 64 || at === email.length - 1) return true
  if (/[\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u.test(email) || /["(),:;<>@[\\\]]/.test(email.slice(0, at)))
    return true
  const labels = email
    .toLowerCase()
    .slice(at + 1)
    .split('.')
  return !labels.every(
    (label) => /^[\p{L}\p{N}]([\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?$/u.test(label) && label.length <= 63,
  )
}
