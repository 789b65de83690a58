// Web services over HTTP.
'use strict'

const { ValidationError } = require('../runner/script-errors.cjs')

const answer_ms = 8000
const overloaded = [429, 502, 503, 504]
const conflict = 409
const done = [200, 201, 204]
// A token is renewed so long before it expires.
const early_ms = 60_000
const tokens_max = 16
const form_type = 'application/x-www-form-urlencoded'

const tokens = new Map()

/** The error for a status that was not expected. The code marks an overloaded or unavailable service as an outage. */
function unexpected({ status }) {
  const error = Object.assign(new Error(`the legacy service answered with status ${status}`), { status })
  if (overloaded.includes(status)) error.code = 'EHOSTUNREACH'
  return error
}

/** @throws Error unless the answer to a change says that it was made; `ValidationError` where the user exists already */
function requireDone(answer) {
  if (answer.status === conflict) throw new ValidationError('user_exists', 'The user exists already.')
  if (!done.includes(answer.status)) throw unexpected(answer)
}

/** An answer as JSON; an empty one is an empty object. A proxy answers for an unavailable service in HTML. */
function parse(status, text) {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    if (overloaded.includes(status)) throw unexpected({ status })
    throw new Error('the legacy service did not answer in JSON: check its address')
  }
}

/**
 * A service at an address of `https://` or `http://`. A request ends after 8 s, the body of the answer included. Redirects are not
 * followed, because they would send the password to another address.
 */
function openService(base_url) {
  const base = String(base_url).replace(/\/+$/, '')

  async function answerOf(path, init, signal) {
    const response = await fetch(base + path, { ...init, redirect: 'manual', signal })
    const text = await response.text()
    const { status, headers } = response
    return { status, headers, text, json: () => parse(status, text) }
  }

  /**
   * Sends a request, and resolves with `{ status, headers, text, json() }`, whatever the status.
   *
   * @param options `headers`, and the body: `json` (a value) or `form` (fields)
   */
  async function request(method, path, { headers = {}, json, form } = {}) {
    const content =
      json !== undefined
        ? { body: JSON.stringify(json), type: { 'content-type': 'application/json' } }
        : form !== undefined
          ? { body: new URLSearchParams(form).toString(), type: { 'content-type': form_type } }
          : { body: undefined, type: {} }
    const stop = new AbortController()
    let timer
    const late = new Promise((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(Object.assign(new Error('the legacy service did not answer in time'), { code: 'ETIMEDOUT' }))
        stop.abort()
      }, answer_ms)
    })
    const init = { method, body: content.body, headers: { accept: 'application/json', ...content.type, ...headers } }
    try {
      return await Promise.race([answerOf(path, init, stop.signal), late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** The access token that `fetchToken` answers (`{ access_token, expires_in }`), kept until a minute before it expires. */
  async function keptToken(name, fetchToken) {
    const key = `${base} ${name}`
    const kept = tokens.get(key)
    if (kept !== undefined && kept.until > Date.now()) return kept.token
    const { access_token, expires_in } = await fetchToken()
    tokens.delete(key)
    tokens.set(key, { token: access_token, until: Date.now() + expires_in * 1000 - early_ms })
    if (tokens.size > tokens_max) tokens.delete(tokens.keys().next().value)
    return access_token
  }

  return { request, keptToken, requireDone, unexpected }
}

module.exports = { openService }
