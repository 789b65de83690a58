import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'

/** How a user came here, in words. */
export function useWay({ arrived_through: through = 'unknown' }: Pick<Answer<'getUser'>, 'arrived_through'>): string {
  const { arrived } = useMessages().users
  return through in arrived ? arrived[through as keyof typeof arrived] : through
}
