import { Refusal } from '../contract/refusal.ts'
import { optionalText, requiredText, type Fields } from './request-fields.ts'

/** The client id of a request, and the secret if one was sent (RFC 6749 section 2.3.1). */
export type PresentedClient = { client_id: string; client_secret: string | undefined }

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
  }
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
 * The client credentials of a request: those of HTTP Basic, else those of the body.
 *
 * @throws {Refusal} `invalid_request` without a client id, and for a client assertion (RFC 7521), which is not supported;
 *   `invalid_client` when header and body name different clients
 */
export function presentedClient(authorization: string | undefined, fields: Fields): PresentedClient {
  if (optionalText(fields, 'client_assertion') !== undefined) {
    throw new Refusal('invalid_request', {
      message: 'client_assertion is not supported. Authenticate with client_secret, in the body or by HTTP Basic.',
    })
  }
  const basic = authorization === undefined ? undefined : fromBasic(authorization)
  if (!basic) return fromFields(fields)
  const body_client_id = optionalText(fields, 'client_id')
  if (body_client_id !== undefined && body_client_id !== basic.client_id) throw new Refusal('invalid_client')
  return basic
}
