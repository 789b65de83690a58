// The same login script in a process that does nothing else: calls it, then hashes the password.
import { createRequire } from 'node:module'
import { runInThisContext } from 'node:vm'
import { hash } from '@node-rs/argon2'
import { answerQuestions } from '../measure/answer-questions.ts'

type Login = (email: string, password: string, callback: (error: unknown, profile?: unknown) => void) => unknown

const [script = '', url = '', name = ''] = [process.env['SCRIPT'], process.env['URL'], process.env['NAME']]
const make = runInThisContext(`(function (configuration, require, WrongUsernameOrPasswordError) {
  return ${script}
})`) as (...globals: unknown[]) => Login
const login = make({ URL: url }, createRequire(import.meta.url), Error)

answerQuestions(null, {
  login: async (nth) => {
    const [email, password] = [`${name}-${nth}@legacy.example`, `secret ${nth}`]
    const profile = await new Promise((resolve, reject) => {
      void login(email, password, (error, found) =>
        found === undefined ? reject(new Error(String(error))) : resolve(found),
      )
    })
    if (profile === null) throw new Error('nobody was found')
    await hash(password, { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 })
  },
})
