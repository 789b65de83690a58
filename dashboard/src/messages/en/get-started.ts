import type { StepName, StepState } from '../../get-started/steps'
import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)

const states: Record<Exclude<StepState, 'later'>, string> = { done: 'done', next: 'next' }

const step: Record<StepName, { title: string; text: string; action: string }> = {
  application: {
    title: 'Create an application',
    text: 'What your users log in to: it has the client id and the addresses that a login may return to.',
    action: 'Applications',
  },
  connection: {
    title: 'Create a database connection',
    text: 'The database of your users here. They move into it one by one.',
    action: 'Connections',
  },
  own_database: {
    title: 'Use your own database',
    text: 'The connection then asks your legacy store by its scripts. Switch on “Use my own database”.',
    action: 'Custom Database',
  },
  scripts: {
    title: 'Save the scripts',
    text: 'login checks a password in your legacy store, get_user finds a person. Start from a template, or take those that you have at Auth0 unchanged.',
    action: 'Custom Database',
  },
  parameters: {
    title: 'Set the parameters',
    text: 'Addresses and secrets that the scripts read: encrypted here, and never shown again.',
    action: 'Parameters',
  },
  try: {
    title: 'Try the login script with one person',
    text: 'Try shows what would be stored, field by field. No one moves by it.',
    action: 'Try',
  },
  import: {
    title: 'Switch on “Import users”',
    text: 'From then on people move who log in with the right password; their later logins never ask the legacy store.',
    action: 'Import users',
  },
  enable: {
    title: 'Let the application use the connection',
    text: 'An application logs in users of the connections that are switched on for it.',
    action: 'Applications of the connection',
  },
  login: {
    title: 'Log in as a person of the legacy store',
    text: 'Log in to your application with an e-mail address and password of the legacy store. The person appears here within seconds.',
    action: 'Watch',
  },
}

export const getStarted = {
  title: 'Get started',
  subtitle: 'From an empty tenant to the first person who moves.',
  steps: 'Steps to the first person who moves',
  states,
  step,
  done: (steps: number) => `${plural('en', steps, { one: '1 step', other: `${count(steps)} steps` })} of 9 done.`,
  missing: (parameters: number) =>
    plural('en', parameters, { one: '1 parameter is not set.', other: `${count(parameters)} parameters are not set.` }),
  hide: 'Hide this page',
  waiting: 'Waiting for the first person',
  waitingHint: (connection: string) =>
    `Everything is ready: people of ${connection} move when they log in with the right password.`,
  noAttempt: 'No login has failed today.',
  attempts: 'Logins of today that did not succeed:',
  seeAttempts: 'See who tried and why it failed',
  arrived: (moved: number) =>
    plural('en', moved, { one: 'The first person has moved', other: `${count(moved)} people have moved` }),
  last: 'The last one:',
  fromNowOn: 'Their next logins are checked here. The legacy store is asked only about those who have not moved.',
  watch: 'Watch the migration',
  loadDirectory: 'Load the directory of the legacy store, so that you know who has not moved',
}
