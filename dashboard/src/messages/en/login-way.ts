import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)

export const login_way = {
  title: 'The way of a login, today',
  since: 'Logins with a password since midnight UTC,',
  byApplication: 'By application and cause',
  step: 'Step',
  logins: 'Logins',
  all: 'All logins',
  asked: (script: string) => `The legacy store was asked: calls of ${script}`,
  wherry: {
    local: ['Wherry', 'verifies the', 'password here'],
    import: ['Wherry', 'is the user here?', 'Then the password', 'is verified here.'],
    legacy: ['Wherry', 'runs your scripts', 'at each login'],
  },
  store: {
    local: [],
    import: ['Legacy store', 'is asked about', 'users who are', 'not here'],
    legacy: ['Legacy store', 'decides'],
  },
  ends: {
    here: 'Logged in here',
    refused: 'Not let in',
    moved: 'Moved, logged in',
    accepted: 'Logged in',
    no_answer: 'Legacy store failed',
  },
  ofThemWrong: (value: number) => `wrong name or password: ${count(value)}`,
  elsewhere: (value: number) =>
    plural('en', value, {
      one: '1 more login ended before the mode of the connection was changed today.',
      other: `${count(value)} more logins ended before the mode of the connection was changed today.`,
    }),
}
