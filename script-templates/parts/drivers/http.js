// The time limit of 8 s includes the body and ends before the script's deadline. Redirects are not followed, because they would send the
// password to another address.
async function call(path, options) {
  const url = configuration.BASE_URL.replace(/\/+$/, '') + path
  const stop = new AbortController()
  let timer
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(Object.assign(new Error('the legacy service did not answer in time'), { code: 'ETIMEDOUT' }))
      stop.abort()
    }, 8000)
  })
  async function answer() {
    const response = await fetch(url, { ...options, redirect: 'manual', signal: stop.signal })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  try {
    return await Promise.race([answer(), late])
  } finally {
    clearTimeout(timer)
  }
}

function json(text) {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('the legacy service did not answer in JSON: check BASE_URL')
  }
}

// A 404 means "no such user" only if the service sent it, not a web server without this path.
function requireOwnAnswer(text) {
  if (text.trim() !== '') json(text)
}

// The error code marks an overloaded or unavailable service as an outage. Any other status is an ordinary error.
function unexpected(status) {
  const error = Object.assign(new Error(`the legacy service answered with status ${status}`), { status })
  if ([429, 502, 503, 504].includes(status)) error.code = 'EHOSTUNREACH'
  return error
}

// The answer to a change.
function requireDone({ status }) {
  if (status === 409) throw new ValidationError('user_exists', 'The user exists already.')
  if (![200, 201, 204].includes(status)) throw unexpected(status)
}
