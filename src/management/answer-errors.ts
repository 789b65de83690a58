import { defined } from '../base/defined.ts'
import { STATUS_CODES } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ProcessLog } from '../base/process-log.ts'
import { Refusal } from '../contract/refusal.ts'
import { refusalOf } from '../http/refusal-of.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'

/** Answers a refusal in the error format of the Management API. */
export async function sendRefusal(reply: FastifyReply, refusal: Refusal): Promise<FastifyReply> {
  const { status, errorCode } = refusal.problem
  const { body } = refusal.details
  setRetryAfter(reply, refusal)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return await reply.code(status).send({
    statusCode: status,
    error: STATUS_CODES[status] ?? 'Error',
    message: refusal.message,
    ...defined({ errorCode }),
    ...(status === 401 ? { attributes: { error: refusal.message } } : {}),
    ...body,
    // As at Auth0: clients look for the name of a password's error in the message.
    ...(typeof body?.['name'] === 'string' ? { message: `${body['name']}: ${refusal.message}` } : {}),
  })
}

/** Answers every error below `app` in the error format of the Management API. An unexpected error is logged and answered without its detail. */
export function answerErrors(app: FastifyInstance, log: ProcessLog): void {
  app.setErrorHandler(async (error, request, reply) => {
    const refusal = refusalOf(error, log, request)
    if (refusal.code !== 'malformed_body') return await sendRefusal(reply, refusal)
    const message = "Payload validation error: 'The body is not valid JSON'."
    return await sendRefusal(reply, new Refusal('malformed_body', { message }))
  })
}
