import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import type { ProcessLog } from '../base/process-log.ts'
import type { ProblemCode } from '../contract/problems.ts'
import { Refusal } from '../contract/refusal.ts'
import { knownRefusal } from '../http/known-refusal.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'

const problem_of_fastify_code: Record<string, ProblemCode | undefined> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_NOT_FOUND: 'not_found',
}

function refusalOf(error: FastifyError): Refusal | undefined {
  const known = knownRefusal(error)
  if (known) return known
  const code = problem_of_fastify_code[error.code]
  if (code !== undefined) return new Refusal(code)
  const is_client_error = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
  return is_client_error ? new Refusal('malformed_body', { message: not_json }) : undefined
}

const not_json = "Payload validation error: 'The body is not valid JSON'."

/** Answers a refusal in the error format of the Management API. */
export async function sendRefusal(reply: FastifyReply, refusal: Refusal): Promise<FastifyReply> {
  const { status, errorCode } = refusal.problem
  setRetryAfter(reply, refusal)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return await reply.code(status).send({
    statusCode: status,
    error: STATUS_CODES[status] ?? 'Error',
    message: refusal.message,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(status === 401 ? { attributes: { error: refusal.message } } : {}),
    ...refusal.details.body,
  })
}

/** Answers every error below `app` in the error format of the Management API. An unexpected error is logged and answered without its detail. */
export function answerErrors(app: FastifyInstance, log: ProcessLog): void {
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const refusal = refusalOf(error)
    if (refusal) return await sendRefusal(reply, refusal)
    log.error({ err: error, route: request.routeOptions.url }, 'a Management API request failed')
    return await sendRefusal(reply, new Refusal('internal'))
  })
}
