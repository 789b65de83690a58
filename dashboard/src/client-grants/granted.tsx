import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import type { Grant } from './grant-actions'

/** How much a client grant permits, in words. */
export function GrantedScopes({ grant: { scope, allow_all_scopes } }: { grant: Grant }): ReactElement {
  const { grant } = useMessages().apis
  return <span title={scope.join(' ')}>{allow_all_scopes === true ? grant.all : grant.permissions(scope.length)}</span>
}
