import { useState, type ReactElement } from 'react'
import type { ActionTrigger } from '../../../src/contract/action.ts'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import type { CodeDraft } from '../scripting/code-draft'
import { TryStep } from '../scripting/try-step'
import type { Action } from './action-page'
import { trigger_samples } from './trigger-samples'

/** Runs the text in the editor with the saved secrets and an event that can be edited. */
export function TestPanel({
  action,
  trigger,
  draft,
}: {
  action: Action
  trigger: ActionTrigger
  draft: CodeDraft
}): ReactElement {
  const t = useMessages().actions
  const test = useCall('testAction')
  const [event, setEvent] = useState(() => JSON.stringify(trigger_samples[trigger].event, undefined, 2))
  return (
    <TryStep
      call="testAction"
      run={({ event: payload }, { onAnswer, onError }) =>
        test.mutate(
          { id: action.id, body: { payload, code: draft.text } },
          { onSuccess: (answer) => onAnswer(answer.payload), onError },
        )
      }
      is_busy={test.isPending}
      error={test.error}
      inputs={[{ name: 'event', label: t.event, rows: 16 }]}
      texts={{ event }}
      onChange={(_name, text) => setEvent(text)}
      draft={draft}
    />
  )
}
