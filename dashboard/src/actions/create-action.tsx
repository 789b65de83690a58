import { Skeleton } from '@mantine/core'
import { Suspense, type ReactElement } from 'react'
import { lazyPart } from '../ui/lazy-part'
import type { ActionTrigger } from '../../../src/contract/action.ts'
import { useMessages } from '../messages/use-messages'
import { FormDialog } from '../ui/form-dialog'

const Form = lazyPart(() => import('./create-action-form'), 'CreateActionForm')

/** The button that opens the form of a new action. `trigger`: the one that is chosen first. */
export function CreateAction({ trigger }: { trigger: ActionTrigger }): ReactElement {
  const t = useMessages().actions
  return (
    <FormDialog call="createAction" label={t.create} title={t.createTitle}>
      {(close) => (
        <Suspense fallback={<Skeleton height={240} />}>
          <Form first_trigger={trigger} onClose={close} />
        </Suspense>
      )}
    </FormDialog>
  )
}
