import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import type { ProcessLog } from '../base/process-log.ts'
import type { ProblemCode } from '../contract/problems.ts'
import { Refusal } from '../contract/refusal.ts'
import { knownRefusal } from '../http/known-refusal.ts'

const ofFastify: Record<string, ProblemCode | undefined> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_NOT_FOUND: 'not_found',
}

function refusalOf(error: FastifyError): Refusal | undefined {
  const known = knownRefusal(error)
  if (known) return known
  const code = ofFastify[error.code]
  if (code !== undefined) return new Refusal(code)
  const isBad = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
  return isBad ? new Refusal('malformed_body', { message: malformed }) : undefined
}

const malformed = "Payload validation error: 'The body is not valid JSON'."

/** Answers a refusal in the Management API's form. */
export async function sendRefusal(reply: FastifyReply, refusal: Refusal): Promise<FastifyReply> {
  const { status, errorCode } = refusal.problem
  const { retry_after_s, body } = refusal.details
  if (retry_after_s !== undefined) reply.header('retry-after', String(retry_after_s))
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return await reply.code(status).send({
    statusCode: status,
    error: STATUS_CODES[status] ?? 'Error',
    message: refusal.message,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(status === 401 ? { attributes: { error: refusal.message } } : {}),
    ...body,
  })
}

/** Gives every error below `app` the Management API's form: refusals as they are, bugs without their detail. */
export function answerErrors(app: FastifyInstance, log: ProcessLog): void {
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const refusal = refusalOf(error)
    if (refusal) return await sendRefusal(reply, refusal)
    log.error({ err: error, route: request.routeOptions.url }, 'a Management API request failed')
    return await sendRefusal(reply, new Refusal('internal'))
  })
}
