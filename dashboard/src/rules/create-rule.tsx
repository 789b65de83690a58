import { Skeleton } from '@mantine/core'
import { Suspense, type ReactElement } from 'react'
import { lazyPart } from '../ui/lazy-part'
import { useMessages } from '../messages/use-messages'
import { FormDialog } from '../ui/form-dialog'

const Form = lazyPart(() => import('./create-rule-form'), 'CreateRuleForm')

/** The button that opens the form of a new rule. */
export function CreateRule(): ReactElement {
  const t = useMessages().rules
  return (
    <FormDialog call="createRule" label={t.create} title={t.createTitle}>
      {(close) => (
        <Suspense fallback={<Skeleton height={240} />}>
          <Form onClose={close} />
        </Suspense>
      )}
    </FormDialog>
  )
}
