import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LegacyService } from '../support/legacy-service.ts'
import type { Answer } from '../support/requests.ts'
import { keepToken, logIn, refresh, requestApi, type Workload } from './operations.ts'
import type { TrackedUser } from './tracked-user.ts'

const describe = (answer: Answer | undefined): string => (answer ? `${answer.status} ${answer.text}` : 'no answer')

/** Repeats a request until it is answered: connections from before the kill are broken, and a busy server answers 503. */
async function untilAnswered(attempt: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
  for (let tries = 0; tries < 10; tries += 1) {
    const answer = await attempt()
    if (answer) return answer
    await sleep(300)
  }
  return undefined
}

/** Checks everything that was acknowledged about a user, and settles what is unknown. @throws AssertionError */
export async function checkUser(workload: Workload, legacy: LegacyService, user: TrackedUser): Promise<void> {
  user.is_unchecked = false
  const shown = await untilAnswered(() => requestApi(workload, 'GET', `users/${encodeURIComponent(user.user_id)}`))
  if (user.state === 'maybe_deleted') user.state = shown?.status === 404 ? 'deleted' : 'exists'
  if (user.state === 'deleted') return await checkDeleted(workload, user, shown)
  if (user.state === 'exists') assert.equal(shown?.status, 200, `${user.email} was lost: ${describe(shown)}`)
  await checkToken(workload, user)
  await checkPassword(workload, legacy, user)
}

async function checkDeleted(workload: Workload, user: TrackedUser, shown: Answer | undefined): Promise<void> {
  assert.equal(shown?.status, 404, `${user.email} was deleted and exists: ${describe(shown)}`)
  const answer = await untilAnswered(() => logIn(workload, user.email, user.password))
  assert.equal(answer?.status, 403, `${user.email} was deleted and logs in: ${describe(answer)}`)
  const { refresh_token } = user
  if (refresh_token === undefined) return
  const refreshed = await untilAnswered(() => refresh(workload, refresh_token))
  assert.equal(refreshed?.status, 403, `${user.email} was deleted and refreshes: ${describe(refreshed)}`)
}

async function checkToken(workload: Workload, user: TrackedUser): Promise<void> {
  const { refresh_token } = user
  if (refresh_token === undefined) return
  const answer = await untilAnswered(() => refresh(workload, refresh_token))
  if (user.is_token_maybe_used && answer?.status === 403) {
    // It was rotated before the kill: this use counted as reuse and ended the family, so the user logs in again.
    delete user.refresh_token
    delete user.is_token_maybe_used
    return
  }
  assert.equal(answer?.status, 200, `the refresh token of ${user.email} was lost: ${describe(answer)}`)
  if (answer) keepToken(user, answer)
}

async function checkPassword(workload: Workload, legacy: LegacyService, user: TrackedUser): Promise<void> {
  const asked = legacy.asked.get(user.email)
  let answer: Answer | undefined
  if (user.maybe_password !== undefined) {
    const { maybe_password } = user
    answer = await untilAnswered(() => logIn(workload, user.email, maybe_password))
    if (answer?.status === 200) user.password = maybe_password
    delete user.maybe_password
  }
  if (answer?.status !== 200) answer = await untilAnswered(() => logIn(workload, user.email, user.password))
  assert.equal(answer?.status, 200, `${user.email} cannot log in: ${describe(answer)}`)
  if (user.state === 'exists') {
    assert.equal(legacy.asked.get(user.email), asked, `${user.email} had moved, and the legacy store was asked again`)
  }
  user.state = 'exists'
  if (answer) keepToken(user, answer)
}
