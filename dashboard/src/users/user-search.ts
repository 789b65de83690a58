// The query of a search box. What is typed is never a query itself: each character of Lucene's syntax is escaped.
const special = /[+\-&|!(){}[\]^"~*?:\\/<>=]/g
const searched = ['email', 'name', 'username', 'nickname'] as const
const shortest_prefix = 3

const escaped = (text: string): string => text.replaceAll(special, String.raw`\$&`).replaceAll(' ', String.raw`\ `)

/**
 * The query that finds users by what was typed: a user id, a phone number, or the beginning of an e-mail address, a name or a username.
 * A pasted legacy id finds its user, too. Undefined where nothing was typed.
 */
export function userSearch(typed: string): string | undefined {
  const text = typed.trim()
  if (text === '') return undefined
  const value = escaped(text)
  const whole = ['user_id', 'phone_number'].map((field) => `${field}:${value}`)
  const bare_id = text.includes('|') ? [] : [`user_id:${escaped(`auth0|${text}`)}`]
  const star = text.length >= shortest_prefix ? '*' : ''
  return [...whole, ...bare_id, ...searched.map((field) => `${field}:${value}${star}`)].join(' OR ')
}
