import { Group } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import type { CallName } from '../client/contract-types'
import { ConfirmButton, red, type ConfirmButtonProps } from './confirm-button'
import { Section } from './section'

/** The end of a page of settings: takes the thing of the page away, once its name was typed. */
export function DeleteSection<N extends CallName>({
  text,
  children = text,
  ...props
}: Omit<ConfirmButtonProps<N>, 'name' | 'button' | 'children'> & {
  name: string
  /** What ends with it. */
  text: ReactNode
  /** What the dialog says; `text` where there is nothing else. */
  children?: ReactNode
}): ReactElement {
  return (
    <Section title={props.label} hint={text}>
      <Group>
        <ConfirmButton {...props} button={red}>
          {children}
        </ConfirmButton>
      </Group>
    </Section>
  )
}
