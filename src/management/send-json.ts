import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import { isJsonObject } from '../base/json.ts'

// Serializing a longer text keeps other requests waiting.
const portion_length = 262_144

/** The JSON of a list of items, between its `opening` and `closing`, in portions: the last one is returned, the others are yielded. */
function* portionsOf(opening: string, items: readonly unknown[], closing: string): Generator<string, string> {
  let portion = opening
  for (const [nth, item] of items.entries()) {
    if (portion.length > portion_length) {
      yield portion
      portion = ''
    }
    portion += (nth === 0 ? '' : ',') + JSON.stringify(item)
  }
  return portion + closing
}

function jsonOf(answer: unknown, list: string | undefined): Generator<string, string> {
  if (Array.isArray(answer)) return portionsOf('[', answer, ']')
  if (list === undefined || !isJsonObject(answer)) return portionsOf(JSON.stringify(answer), [], '')
  const { [list]: items, ...others } = answer
  if (!Array.isArray(items)) return portionsOf(JSON.stringify(answer), [], '')
  const empty = JSON.stringify({ ...others, [list]: [] })
  return portionsOf(empty.slice(0, -']}'.length), items, ']}')
}

async function* inTurns(portion: string, more: Generator<string, string>): AsyncGenerator<string> {
  yield portion
  for (let next = more.next(); ; next = more.next()) {
    yield next.value
    if (next.done === true) return
    await setImmediate()
  }
}

/**
 * Sends an answer as JSON. A list of more than 256 KiB is serialized while it is sent, one portion of some items after the other: between them
 * other requests have their turn.
 *
 * @param list the member that holds the items, where the answer is an object with a list
 */
export async function sendJson(reply: FastifyReply, answer: unknown, list: string | undefined) {
  reply.header('content-type', 'application/json; charset=utf-8')
  const portions = jsonOf(answer, list)
  const { value, done } = portions.next()
  return await reply.send(done === true ? value : Readable.from(inTurns(value, portions)))
}
