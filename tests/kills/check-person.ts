// What the server told a person holds after the kill.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../support/house.ts'
import { keepToken, logIn, manage, refresh, type Scene } from './deeds.ts'
import type { LegacyService } from './legacy-service.ts'
import type { Person } from './person.ts'

const told = (answer: Answer | undefined): string => (answer ? `${answer.status} ${answer.text}` : 'no answer')

/** Asks until there is an answer: connections of before the kill are broken, and a busy machine says 503 honestly. */
async function answerTo(asking: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
  for (let tries = 0; tries < 10; tries += 1) {
    const answer = await asking()
    if (answer) return answer
    await sleep(300)
  }
  return undefined
}

/** Checks everything that a person was told, and settles what was unsure. @throws AssertionError */
export async function checkPerson(scene: Scene, legacy: LegacyService, person: Person): Promise<void> {
  person.is_fresh = false
  const shown = await answerTo(() => manage(scene, 'GET', `users/${encodeURIComponent(person.user_id)}`))
  if (person.standing === 'maybe_deleted') person.standing = shown?.status === 404 ? 'deleted' : 'in'
  if (person.standing === 'deleted') return await checkDeleted(scene, person, shown)
  if (person.standing === 'in') assert.equal(shown?.status, 200, `${person.email} was lost: ${told(shown)}`)
  await checkPassword(scene, legacy, person)
}

async function checkDeleted(scene: Scene, person: Person, shown: Answer | undefined): Promise<void> {
  assert.equal(shown?.status, 404, `${person.email} was deleted and is back: ${told(shown)}`)
  const answer = await answerTo(() => logIn(scene, person.email, person.password))
  assert.equal(answer?.status, 403, `${person.email} was deleted and logs in: ${told(answer)}`)
  const { refresh_token } = person
  if (refresh_token === undefined) return
  const refreshed = await answerTo(() => refresh(scene, refresh_token))
  assert.equal(refreshed?.status, 403, `${person.email} was deleted and refreshes: ${told(refreshed)}`)
}

async function checkToken(scene: Scene, person: Person): Promise<void> {
  const { refresh_token } = person
  if (refresh_token === undefined) return
  const answer = await answerTo(() => refresh(scene, refresh_token))
  if (person.is_token_unsure && answer?.status === 403) {
    // It was rotated and nobody was told: used again it ends the family, and the person logs in.
    delete person.refresh_token
    delete person.is_token_unsure
    return
  }
  assert.equal(answer?.status, 200, `the refresh token of ${person.email} was lost: ${told(answer)}`)
  if (answer) keepToken(person, answer)
}

async function checkPassword(scene: Scene, legacy: LegacyService, person: Person): Promise<void> {
  await checkToken(scene, person)
  const asked = legacy.asked.get(person.email)
  let answer: Answer | undefined
  if (person.maybe_password !== undefined) {
    const { maybe_password } = person
    answer = await answerTo(() => logIn(scene, person.email, maybe_password))
    if (answer?.status === 200) person.password = maybe_password
    delete person.maybe_password
  }
  if (answer?.status !== 200) answer = await answerTo(() => logIn(scene, person.email, person.password))
  assert.equal(answer?.status, 200, `${person.email} cannot log in: ${told(answer)}`)
  if (person.standing === 'in') {
    assert.equal(legacy.asked.get(person.email), asked, `${person.email} was not kept: the legacy store was asked`)
  }
  person.standing = 'in'
  if (answer) keepToken(person, answer)
}
