// The product, composed as its own `serve` does it, with the bench's questions answered beside.
import { hash } from '@node-rs/argon2'
import { readConfig } from '../../src/config/config.ts'
import { compose } from '../../src/server/compose.ts'
import { answerQuestions } from '../measure/answer-questions.ts'
import { cheap_cost, people, real_cost } from './subject.ts'

const house = await compose(readConfig(process.env))
const { issuer } = await house.listen()

// For questions about everything but the hash, and to warm up: who is told a thousand logins later cannot wait for a thousand hashes.
async function setHashes(cost: { memoryCost: number; timeCost: number }): Promise<void> {
  for (let person = 0; person < people; person += 1) {
    const made = await hash(`secret ${person}`, { algorithm: 2, parallelism: 1, ...cost })
    await house.db
      .updateTable('credentials')
      .set({ hash: made })
      .where('user_id', '=', `auth0|person-${person}@bench.example`)
      .execute()
  }
}

answerQuestions(
  { issuer },
  { 'make hashes cheap': () => setHashes(cheap_cost), 'make hashes real again': () => setHashes(real_cost) },
)
