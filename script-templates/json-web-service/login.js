function login(userNameOrEmail, password, callback) {
  async function authenticate() {
    const { status, text } = await post('/login', {
      [setting('IDENTIFIER_FIELD', 'email')]: userNameOrEmail,
      password,
    })
    if (status === 200) return profileOf(text)
    if (status === 401) throw new WrongUsernameOrPasswordError(userIdIn(text), 'wrong password')
    if (status === 404) {
      requireOwnAnswer(text)
      throw new WrongUsernameOrPasswordError(null, 'no such user')
    }
    throw unexpected(status)
  }

  authenticate().then(
    (profile) => callback(null, profile),
    (error) => callback(error),
  )

  // The id of the user whose password was wrong, if the service returns it with the status 401.
  function userIdIn(text) {
    try {
      return idOf(JSON.parse(text))
    } catch {
      return null
    }
  }

  // ---- shared by login and get_user: settings, the request, the profile ----

  function post(path, body) {
    return call(path, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'x-api-key': setting('API_KEY') },
      body: JSON.stringify(body),
    })
  }

  function setting(name, fallback) {
    const value = configuration[name]
    if (value !== undefined && value !== null && value !== '') return String(value)
    if (fallback === undefined) throw new Error(`the setting ${name} is missing`)
    return fallback
  }

  // The time limit of 8 s includes the body and ends before the script's deadline. Redirects are not followed, because they
  // would send the password to another address.
  async function call(path, options) {
    const url = setting('BASE_URL').replace(/\/+$/, '') + path
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
      return { status: response.status, text: await response.text() }
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

  function idOf(answer) {
    const id = answer?.user_id ?? answer?.id
    if (Number.isSafeInteger(id)) return String(id)
    return typeof id === 'string' && id.trim() !== '' ? id.trim() : null
  }

  // Builds the profile field by field: other data of the response is not returned.
  function profileOf(text) {
    const answer = json(text)
    const user_id = idOf(answer)
    if (user_id === null) throw new Error('the legacy service answered without an id')
    // A user who is blocked in the legacy store is refused.
    if (answer.blocked === true) throw new UnauthorizedError('This user is blocked.')
    const profile = { user_id, email_verified: answer.email_verified === true }
    const texts = ['email', 'username', 'name', 'given_name', 'family_name', 'nickname', 'picture']
    for (const key of texts) {
      if (typeof answer[key] === 'string' && answer[key].trim() !== '') profile[key] = answer[key].trim()
    }
    for (const key of ['user_metadata', 'app_metadata']) {
      const value = answer[key]
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) profile[key] = value
    }
    return profile
  }

  // ---- end of the shared part ----
}
