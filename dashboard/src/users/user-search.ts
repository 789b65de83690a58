import { queryText } from '../client/query-text'

const searched = ['email', 'name', 'username', 'nickname'] as const
const shortest_prefix = 3

/**
 * The query that finds users by what was typed: a user id, a phone number, or the beginning of an e-mail address, a name or a username.
 * A pasted legacy id finds its user, too. Undefined where nothing was typed.
 */
export function userSearch(typed: string): string | undefined {
  const text = typed.trim()
  if (text === '') return undefined
  const value = queryText(text)
  const whole = ['user_id', 'phone_number'].map((field) => `${field}:${value}`)
  const bare_id = text.includes('|') ? [] : [`user_id:${queryText(`auth0|${text}`)}`]
  const star = text.length >= shortest_prefix ? '*' : ''
  return [...whole, ...bare_id, ...searched.map((field) => `${field}:${value}${star}`)].join(' OR ')
}
