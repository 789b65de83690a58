// The callers of a drive: what each asks next.
import { people, type Subject } from '../subjects/subject.ts'
import { type Answered, type Caller, drive, sendCall } from './drive.ts'
import { Agent } from 'node:http'

/** Callers who log the people in, in turn. */
export function loginCallers(subject: Subject, count: number, scope = 'openid'): Caller[] {
  let turn = 0
  return Array.from({ length: count }, () => ({ next: () => subject.login(turn++ % people, scope), saw: () => {} }))
}

/** The same callers, but every call comes from an address of its own, for a server that trusts its proxy. */
export function fromEverywhere(callers: Caller[]): Caller[] {
  let nth = 0
  const address = (): string => `10.${(nth >> 16) & 255}.${(nth >> 8) & 255}.${nth++ & 255}`
  return callers.map((caller) => ({ ...caller, next: () => ({ ...caller.next(), from: address() }) }))
}

/** Callers who ask for the client's own token. */
export function clientCallers(subject: Subject, count: number): Caller[] {
  return Array.from({ length: count }, () => ({ next: () => subject.clientCredentials(), saw: () => {} }))
}

function refreshTokenIn({ text }: Answered): string | undefined {
  return (JSON.parse(text) as { refresh_token?: string }).refresh_token
}

/** Callers who each have a refresh token for an API from a login of their own, and use what replaces it. */
export async function refreshCallers(subject: Subject, count: number): Promise<Caller[]> {
  const agent = new Agent({ keepAlive: true })
  const callers: Caller[] = []
  for (let person = 0; person < count; person += 1) {
    const first = await sendCall(agent, subject.login(person, 'openid offline_access', true))
    let token = first.status === 200 ? refreshTokenIn(first) : undefined
    if (token === undefined) throw new Error(`${subject.name} gave no refresh token: ${first.status} ${first.text}`)
    const next = () => subject.refresh(token ?? '')
    callers.push({ next, saw: (answer) => (token = refreshTokenIn(answer) ?? token) })
  }
  agent.destroy()
  return callers
}

/** Server CPU of one call, over `times` calls. */
export async function cpuOfCall(subject: Subject, callers: Caller[], times: number): Promise<number> {
  await subject.server.usage()
  const { count } = await drive(callers, (sent) => sent >= times)
  return (await subject.server.usage()).cpu_ms / count
}
