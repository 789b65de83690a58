import { decodeJwt, errors } from 'jose'
import { Refusal } from '../contract/refusal.ts'
import { optionalText, requiredText, type Fields } from './request-fields.ts'

/**
 * The client id of a request, and what authenticates it: the secret (RFC 6749 section 2.3.1), a client assertion (RFC 7521 section 4.2), or
 * nothing.
 */
export type PresentedClient = {
  client_id: string
  client_secret: string | undefined
  assertion: string | undefined
}

const assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const client_id_max = 256

// Basic credentials are form-encoded. Some clients do not encode them: a value that cannot be decoded is used as it is.
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function fromFields(fields: Fields): PresentedClient {
  return {
    client_id: requiredText(fields, 'client_id', client_id_max),
    client_secret: optionalText(fields, 'client_secret'),
    assertion: undefined,
  }
}

// Not verified yet: the signature will be verified with a key of this client.
function subjectOf(assertion: string): string {
  try {
    const { sub } = decodeJwt(assertion)
    if (typeof sub === 'string' && sub !== '' && sub.length <= client_id_max) return sub
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error
  }
  throw new Refusal('invalid_client')
}

function fromAssertion(authorization: string | undefined, fields: Fields, assertion: string): PresentedClient {
  if (optionalText(fields, 'client_assertion_type') !== assertion_type) {
    throw new Refusal('invalid_request', {
      message: `With client_assertion, client_assertion_type is ${assertion_type}.`,
    })
  }
  const has_secret = optionalText(fields, 'client_secret') !== undefined
  if (has_secret || (authorization !== undefined && fromBasic(authorization))) {
    throw new Refusal('invalid_request', {
      message:
        'Authenticate the client once: with client_assertion, or with client_secret in the body or by HTTP Basic.',
    })
  }
  const client_id = subjectOf(assertion)
  const body_client_id = optionalText(fields, 'client_id', client_id_max)
  if (body_client_id !== undefined && body_client_id !== client_id) throw new Refusal('invalid_client')
  return { client_id, client_secret: undefined, assertion }
}

function fromBasic(header: string): PresentedClient | undefined {
  const encoded = /^basic +([A-Za-z0-9+/_=-]+) *$/i.exec(header)?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 1) throw new Refusal('invalid_client')
  return fromFields({
    client_id: formDecoded(text.slice(0, colon)),
    client_secret: formDecoded(text.slice(colon + 1)),
  })
}

/**
 * The client credentials of a request: its client assertion, else those of HTTP Basic, else those of the body.
 *
 * @throws {Refusal} `invalid_request` without a client id, for an assertion of another type, and for an assertion beside a secret
 *   (RFC 6749 section 2.3); `invalid_client` for an assertion that is no JWT, and where parts of the request name different clients
 */
export function presentedClient(authorization: string | undefined, fields: Fields): PresentedClient {
  const assertion = optionalText(fields, 'client_assertion')
  if (assertion !== undefined) return fromAssertion(authorization, fields, assertion)
  const basic = authorization === undefined ? undefined : fromBasic(authorization)
  if (!basic) return fromFields(fields)
  const body_client_id = optionalText(fields, 'client_id')
  if (body_client_id !== undefined && body_client_id !== basic.client_id) throw new Refusal('invalid_client')
  return basic
}
